"""The record of a trained model on model, or of why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from insight_lib.risk.model import RiskModel


@dataclass(frozen=True)
class NotTrained:
    """There is no model; an outcome, not an error.

    Attributes:
        reason: why, in words, with what to do about it.
    """

    reason: str


@dataclass(frozen=True)
class FittedModel:
    """A model and the L2 penalty it was fitted with."""

    model: RiskModel
    strength: float


@dataclass(frozen=True)
class TrainedRisk:
    """A model on model and how good it is on programs that it has not seen.

    Attributes:
        model_version: digest of features, labels, groups and settings.
        data_fingerprint: digest of features and labels.
        final: fitted on all labelled runs; scores runs without a label.
        folds: fitted without some groups; each scores the labelled runs of the groups it has not
            seen.
        fold_of: labelled run to its place in ``folds``.
        metrics: of the out-of-fold probabilities, with counts of runs; JSON can hold it.
    """

    model_version: str
    data_fingerprint: str
    final: FittedModel
    folds: tuple[FittedModel, ...]
    fold_of: Mapping[str, int]
    metrics: Mapping[str, Any]
