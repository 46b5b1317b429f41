"""Rows of ``risk_scores``: the probability of failure of each run, and why."""

import json

import numpy as np
import pyarrow as pa

from insight_lib.columnar.arrays import Floats
from insight_lib.lake.contract import contract
from insight_lib.risk.matrix import FeatureMatrix, feature_matrix
from insight_lib.risk.model import RiskModel, probability_of
from insight_lib.risk.trained import TrainedRisk

MOST_REASONS = 3
_FINAL = -1


def score(trained: TrainedRisk, features: pa.Table) -> pa.Table:
    """Return one row for each row of features, in their order.

    A labelled run is scored by the model that never saw its program (kind ``out_of_fold``), any
    other run by the final model (``predicted``).

    Args:
        trained: the model.
        features: rows of ``run_features``.

    Returns:
        Rows of ``risk_scores``. ``reasons`` is a JSON list of at most MOST_REASONS objects with
        ``feature``, ``value`` (null where it is not known) and ``effect``: what it adds to the
        log-odds of failure, never 0.
    """
    matrix = feature_matrix(features)
    fold = np.array([trained.fold_of.get(run, _FINAL) for run in matrix.run_ids], dtype=np.intp)
    probability = np.full(fold.shape, np.nan)
    reasons = np.full(fold.shape, "", dtype=np.object_)
    for one in np.unique(fold):
        model = (trained.final if one == _FINAL else trained.folds[one]).model
        rows = np.flatnonzero(fold == one)
        part = matrix.rows(rows)
        probability[rows] = probability_of(model.log_odds(part))
        reasons[rows] = _reasons(model, part)
    return pa.table(
        {
            "run_id": features["run_id"],
            "model_version": [trained.model_version] * len(fold),
            "cutoff_step": features["cutoff_step"],
            "probability": probability,
            "kind": np.where(fold == _FINAL, "predicted", "out_of_fold"),
            "reasons": reasons,
        },
        schema=contract("risk_scores").schema,
    )


def _reasons(model: RiskModel, matrix: FeatureMatrix) -> list[str]:
    values, effects = matrix.select(model.names), model.effects(matrix)
    return [
        json.dumps(_strongest(model.names, value, effect), allow_nan=False)
        for value, effect in zip(values, effects, strict=True)
    ]


def _strongest(
    names: tuple[str, ...], values: Floats, effects: Floats
) -> list[dict[str, str | float | None]]:
    """Return the features that moved one run most, either way; of equals the first by name."""
    ranked = np.argsort(-np.abs(effects), kind="stable")[:MOST_REASONS]
    return [
        {
            "feature": names[i],
            "value": float(values[i]) if np.isfinite(values[i]) else None,
            "effect": float(effects[i]),
        }
        for i in ranked
        if effects[i] != 0
    ]
