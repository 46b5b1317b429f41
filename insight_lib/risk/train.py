"""Training the model on model, and measuring it on programs that it has not seen."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa

from insight_lib.columnar.arrays import Floats
from insight_lib.risk.calibration import gain_over_base_rate, quality
from insight_lib.risk.cross_validation import (
    DEFAULT_STRENGTH,
    MOST_FOLDS,
    STRENGTHS,
    choose_strength,
    folds,
    single_group_of,
)
from insight_lib.risk.fingerprint import data_digest, digest
from insight_lib.risk.groups import group_of_runs
from insight_lib.risk.labels import failed_by_run
from insight_lib.risk.matrix import FeatureMatrix, feature_matrix, one_row_a_run
from insight_lib.risk.model import STANDARD_LIMIT, fit, probability_of
from insight_lib.risk.trained import FittedModel, NotTrained, TrainedRisk

LEAST_OF_A_CLASS = 3
"""Fewer failed or healthy runs than this are left out of a model: leaving out the group of one, the
remaining would be one or two runs, and the model their portrait."""

_SETTINGS = {
    "model": "standardised L2 logistic regression, version 1",
    "standard_limit": STANDARD_LIMIT,
    "strengths": STRENGTHS,
    "default_strength": DEFAULT_STRENGTH,
    "most_folds": MOST_FOLDS,
    # Of metrics: a model that was measured otherwise is another one.
    "measured_against": "base rate out of fold",
}


def train(
    features: pa.Table, labels: pa.Table, groups: Mapping[str, str]
) -> TrainedRisk | NotTrained:
    """Train on the runs that have both features and a label.

    The result does not depend on the order of rows.

    Args:
        features: rows of ``run_features``, one a run.
        labels: rows of ``run_labels``.
        groups: run to its program; a run that is missing counts with its experiment.

    Returns:
        The model, or the reason why these labels cannot make one that could be tested.

    Raises:
        InputError: a label is neither healthy nor failed, or a run has several rows of features.
        MissingExtraError: scikit-learn is not installed.
    """
    failed_by = failed_by_run(labels)
    every = one_row_a_run(feature_matrix(features))
    labelled = every.rows([i for i, run in enumerate(every.run_ids) if run in failed_by])
    failed = np.array([failed_by[run] for run in labelled.run_ids], dtype=np.float64)
    group_of = group_of_runs(labelled.run_ids, groups)
    names = [group_of[run] for run in labelled.run_ids]
    reason = why_not(failed, names)
    if reason is not None:
        return NotTrained(reason)
    return _train(labelled, failed, names, without_features=len(failed_by) - failed.size)


def why_not(failed: Floats, groups: Sequence[str]) -> str | None:
    """Return why these labels cannot train a model that could be tested; None where they can."""
    for outcome, word in ((1.0, "failed"), (0.0, "healthy")):
        count = int(np.sum(failed == outcome))
        if count < LEAST_OF_A_CLASS:
            return (
                f"{count} of {failed.size} labelled runs with features {_are(count)} {word}, "
                f"{LEAST_OF_A_CLASS} are needed; label more with `insight label`"
            )
        only = single_group_of(outcome, groups, failed)
        if only is not None:
            return (
                f"every {word} run belongs to {only}, so no model can be tested on a program it "
                f"has not seen; label {word} runs of another program with `insight label`"
            )
    return None


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _train(
    labelled: FeatureMatrix, failed: Floats, groups: Sequence[str], without_features: int
) -> TrainedRisk:
    fitted: list[FittedModel] = []
    fold_of: dict[str, int] = {}
    probability, base_rate = np.full(failed.shape, np.nan), np.full(failed.shape, np.nan)
    for fold, (seen, held_out) in enumerate(folds(groups, failed)):
        one = _fit(labelled.rows(seen), failed[seen], [groups[i] for i in seen])
        tested = labelled.rows(held_out)
        probability[held_out] = probability_of(one.model.log_odds(tested))
        base_rate[held_out] = failed[seen].mean()
        fold_of |= dict.fromkeys(tested.run_ids, fold)
        fitted.append(one)
    fold_numbers = np.array([fold_of[run] for run in labelled.run_ids], dtype=np.intp)
    fingerprint = data_digest(labelled, failed)
    return TrainedRisk(
        model_version=digest([fingerprint, list(groups), _SETTINGS])[:16],
        data_fingerprint=fingerprint,
        final=_fit(labelled, failed, groups),
        folds=tuple(fitted),
        fold_of=fold_of,
        metrics=_counts(failed, groups, len(fitted), without_features)
        | asdict(quality(failed, probability))
        | gain_over_base_rate(failed, probability, base_rate, fold_numbers),
    )


def _fit(matrix: FeatureMatrix, failed: Floats, groups: Sequence[str]) -> FittedModel:
    strength = choose_strength(matrix, failed, groups)
    return FittedModel(fit(matrix, failed, strength), strength)


def _counts(
    failed: Floats, groups: Sequence[str], fold_count: int, without_features: int
) -> dict[str, Any]:
    return {
        "runs": int(failed.size),
        "failed": int(failed.sum()),
        "programs": len(set(groups)),
        "folds": fold_count,
        "labels_without_features": without_features,
    }
