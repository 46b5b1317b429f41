"""The prevalence: the weighted share of label 1."""

import math

from insight_lib.evaluation.metrics.metric import Metric, Need, Outcome, Summed


def _prevalence(summed: Summed) -> Outcome:
    positive = float(summed.cells.sums.positive_weight.sum())
    weight = positive + float(summed.cells.sums.negative_weight.sum())
    if 0 < weight < math.inf:
        return Outcome((positive / weight,))
    return Outcome((None,), ("prevalence: no rows of positive, finite weight",))


METRICS = (Metric("prevalence", 10, ("prevalence",), Need.ROWS, _prevalence),)
