"""Digests by which a trained model names what it was trained on."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.risk.matrix import FeatureMatrix


def data_digest(matrix: FeatureMatrix, failed: Floats) -> str:
    """Return the SHA-256 of features and labels; an unknown feature is left out.

    Args:
        matrix: in order of run.
        failed: shape (runs,), 1 or 0.
    """
    rows = []
    for run, values, label in zip(matrix.run_ids, matrix.values, failed, strict=True):
        known = {
            name: float(value).hex()
            for name, value in zip(matrix.names, values, strict=True)
            if np.isfinite(value)
        }
        rows.append([run, int(label), known])
    return digest(rows)


def digest(content: Sequence[Any] | Mapping[str, Any]) -> str:
    """Return the SHA-256, in hexadecimal, of the content as JSON with sorted keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
