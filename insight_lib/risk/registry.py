"""Rows of ``risk_models``: a trained model as JSON and back, without pickles."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from insight_lib.errors import InputError
from insight_lib.lake.contract import contract
from insight_lib.risk.model import RiskModel
from insight_lib.risk.trained import FittedModel, TrainedRisk

PARAMETERS_FORMAT = 1


def model_row(trained: TrainedRisk, trained_at: datetime) -> pa.Table:
    """Return the one row of ``risk_models`` of a model that is the current one.

    Args:
        trained: the model.
        trained_at: with a time zone.
    """
    row = {
        "model_version": trained.model_version,
        "metrics": _to_json(dict(trained.metrics)),
        "data_fingerprint": trained.data_fingerprint,
        "parameters": parameters_json(trained),
        "stage": "current",
        "trained_at": trained_at,
    }
    return pa.Table.from_pylist([row], schema=contract("risk_models").schema)


def trained_of_row(row: Mapping[str, Any]) -> TrainedRisk:
    """Return the model of a row of ``risk_models``; it scores as the one that was stored.

    Raises:
        InputError: the parameters are of another format than this version writes.
    """
    parameters = json.loads(row["parameters"])
    if parameters.get("format") != PARAMETERS_FORMAT:
        raise InputError(
            f"risk model {row['model_version']} has parameters of format "
            f"{parameters.get('format')!r}, this version reads {PARAMETERS_FORMAT}; "
            "train again with `insight risk train`"
        )
    return TrainedRisk(
        model_version=row["model_version"],
        data_fingerprint=row["data_fingerprint"],
        final=_fitted(parameters["final"]),
        folds=tuple(_fitted(one) for one in parameters["folds"]),
        fold_of=parameters["fold_of"],
        metrics=json.loads(row["metrics"]),
    )


def parameters_json(trained: TrainedRisk) -> str:
    """Return everything that scoring needs; floats are written so that they read back the same."""
    return _to_json(
        {
            "format": PARAMETERS_FORMAT,
            "final": _plain(trained.final),
            "folds": [_plain(one) for one in trained.folds],
            "fold_of": dict(trained.fold_of),
        }
    )


def _to_json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, allow_nan=False)


def _plain(fitted: FittedModel) -> dict[str, Any]:
    model = fitted.model
    return {
        "strength": fitted.strength,
        "intercept": model.intercept,
        "names": list(model.names),
        "means": model.means.tolist(),
        "scales": model.scales.tolist(),
        "coefficients": model.coefficients.tolist(),
        "missing_coefficients": model.missing_coefficients.tolist(),
    }


def _fitted(plain: Mapping[str, Any]) -> FittedModel:
    model = RiskModel(
        names=tuple(plain["names"]),
        means=np.array(plain["means"], dtype=np.float64),
        scales=np.array(plain["scales"], dtype=np.float64),
        coefficients=np.array(plain["coefficients"], dtype=np.float64),
        missing_coefficients=np.array(plain["missing_coefficients"], dtype=np.float64),
        intercept=plain["intercept"],
    )
    return FittedModel(model, plain["strength"])
