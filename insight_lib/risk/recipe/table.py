"""The learning table of a wide zoo: one row a run and landmark."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from insight_lib.risk.features.catalogue import FEATURES
from insight_lib.risk.recipe.looked import LookedAt
from insight_lib.risk.recipe.outcomes_among_peers import Ended
from insight_lib.risk.training.learning_table import COLUMNS, FEATURE_PREFIX
from insight_lib.zoo.families import FAMILY_OF

KEPT = pa.field("kept", pa.float64())
"""Share of its program's healthy gain over chance that a run kept: by which it failed or not."""


def learning_rows(runs: Sequence[LookedAt], outcomes: Sequence[Ended]) -> pa.Table:
    """Return the rows of the learning table, by rising run and share.

    Args:
        runs: of a wide zoo.
        outcomes: what became of each.
    """
    pairs = sorted(zip(runs, outcomes, strict=True), key=lambda pair: str(pair[0].truth["run"]))
    rows = [row for run, outcome in pairs for row in _rows(run, outcome)]
    known = pa.Table.from_pylist(rows, schema=COLUMNS.append(KEPT))
    looks = [look.features for run, _ in pairs for look in run.looks]
    for feature in FEATURES:
        values = np.array([look.get(feature.name, np.nan) for look in looks], dtype=np.float32)
        known = known.append_column(FEATURE_PREFIX + feature.name, pa.array(values))
    return known


def _rows(run: LookedAt, outcome: Ended) -> list[Mapping[str, Any]]:
    truth, at = run.truth, outcome.failed_at
    about = {
        "run": truth["run"],
        "program": truth["program"],
        "family": FAMILY_OF[truth["program"]],
        "fault": truth["fault"],
        "strength": truth["strength"],
        "is_sampled": truth["is_sampled"],
        "failed": outcome.failed,
        "kept": None if math.isnan(outcome.kept) else outcome.kept,
        "kind": outcome.kind,
        "failed_share": None if at is None else at / max(run.last_step, 1),
    }
    return [
        about
        | {
            "share": look.landmark.share,
            "cutoff_step": look.landmark.step,
            "has_failed": at is not None and at <= look.landmark.step,
        }
        for look in run.looks
    ]
