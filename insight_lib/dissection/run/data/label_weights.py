"""The weights of a run's examples (``class_weight``, ``sample_weight``) as its tracer saw them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.run.data.label_shares import batch_shares, finite_labels
from insight_lib.dissection.run.view import RunView


@dataclass(frozen=True)
class LabelWeights:
    """What each example's loss is multiplied by.

    Attributes:
        mean: over the traced batches.
        low, high: the least and the greatest.
        shares: the share of each class, or column of 0 and 1, in the sum of the weights; empty
            where it is not known.
    """

    mean: float
    low: float
    high: float
    shares: Mapping[int, float]

    @property
    def are_equal(self) -> bool:
        """Return whether all examples weigh the same."""
        return self.low == self.high


def label_weights(view: RunView) -> LabelWeights | None:
    """Return the weights of the examples; None where they have none, or were not traced."""
    mean, low, high = (finite_labels(view, f"weight_{name}") for name in ("mean", "min", "max"))
    if mean is None or low is None or high is None:
        return None
    found = batch_shares(view, "weighted_share")
    shares: dict[int, float] = {}
    if found is not None and found.steps.size:
        each = np.interp(found.steps, mean.steps, mean.values) * found.rows
        pooled = found.shares @ each / max(each.sum(), np.finfo(float).tiny)
        shares = dict(sorted(zip(found.classes, pooled.tolist(), strict=True)))
    return LabelWeights(
        float(mean.values.mean()), float(low.values.min()), float(high.values.max()), shares
    )


def mean_weight(view: RunView) -> float:
    """Return the mean weight of the examples; 1 where they have none, or none were traced."""
    found = label_weights(view)
    return 1.0 if found is None else found.mean
