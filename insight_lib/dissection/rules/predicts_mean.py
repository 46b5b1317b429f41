"""A regression gives nearly the same answer, the mean, whatever its input.

**Looks for** one of these, of a model with one output unit whose outputs and labels were traced
({min_steps} steps at least):

* a squared error that is, at every step, that of each output against the labels of all examples of
  the batch: labels and outputs correlate by less than {correlation}, in each batch;
* outputs that vary by less than {spread:%} of what the labels of quantities vary, at {step_share:%}
  of the steps of the run's second half, of a run that did not learn.

**Why it matters** The first is what broadcasting makes of labels of shape (n,) less outputs of
shape (n, 1): a matrix of n times n differences, which the mean of all labels makes least. The loss
falls to the variance of the labels, as if there was nothing more to learn: an error. The second may
have other reasons too: a warning.

**What to do** Give labels the shape of the outputs (``y[:, None]``) or outputs that of the labels
(``squeeze(-1)``), and compare both shapes in the loss. Otherwise see whether the inputs reach the
output, scale labels and inputs, and test whether a few dozen examples can be memorised.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.median import median
from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.findings.remedy import remedy
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.data.labels import labels
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.output_spread import OutputSpread, output_spread
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """A correlation, shares of a spread and of steps, a count of steps."""

    correlation: float = threshold(
        1e-3,
        source=(
            "Of outputs and labels of 32 examples that have nothing to do with each other 1 "
            "batch in 200 correlates less; five batches in turn never do."
        ),
    )
    spread: float = threshold(
        0.2,
        source=(
            "The best linear fit spreads by the root of the share of variance that it explains: "
            "below 4 % of it."
        ),
    )
    step_share: float = threshold(0.8, least=0.01, source="Persistence, as of other layers.")
    min_steps: int = threshold(
        5, least=1, source="TheDeepChecker too judges over five checks; fewer say little."
    )


# Of the loss: what is closer than single precision can say is equal.
_ROUNDING = 1e-6


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's output."""
    seen = output_spread(view)
    if seen is None or seen.steps.size < limits.min_steps:
        return
    if _is_broadcast(seen, limits):
        yield _broadcast(seen)
    elif _are_quantities(view) and not has_learnt(view):
        half = slice(seen.steps.size // 2, None)
        narrow = seen.output_stds[half] < limits.spread * seen.label_stds[half]
        if narrow.mean() >= limits.step_share and (seen.output_stds[half] > 0).all():
            yield _narrow(seen, int(narrow.sum()), narrow.size)


def _are_quantities(view: RunView) -> bool:
    found = labels(view)
    return found is not None and found.classes is None


def _is_broadcast(seen: OutputSpread, limits: Thresholds) -> bool:
    """Return whether the squared error lacks what outputs and labels have in common."""
    common = seen.output_stds * seen.label_stds
    # Where outputs hardly vary, rounding hides whether they have anything in common.
    known = limits.correlation * common > _ROUNDING * seen.all_pairs
    if known.sum() < limits.min_steps:
        return False
    off = np.abs(seen.losses - seen.all_pairs)[known]
    return bool((off <= 2 * limits.correlation * common[known]).all())


def _broadcast(seen: OutputSpread) -> Finding:
    count = seen.steps.size
    return Finding(
        layer=seen.layer,
        severity="error",
        title=(
            f"The loss compares each output of layer {seen.layer} with the labels of all examples "
            f"of the batch, at {count} of {count} traced steps: it cannot fall below the variance "
            f"of the labels, {number(float(np.mean(seen.label_stds**2)))}"
        ),
        depth=seen.depth,
        evidence=_evidence(seen),
        advice=(
            f"Give the labels the shape of what layer {seen.layer} outputs, (n, 1) and not (n,), "
            "by y[:, None], or squeeze the outputs: their difference is broadcast to (n, n)."
        ),
        remedy=remedy("label_shape", "(n, 1)", old="(n,)"),
        confidence=share_confidence(count, count),
    )


def _narrow(seen: OutputSpread, times: int, judged: int) -> Finding:
    outputs, spread = (median(one) for one in (seen.output_stds, seen.label_stds))
    return Finding(
        layer=seen.layer,
        severity="warning",
        title=(
            f"The outputs of layer {seen.layer} vary by {number(outputs)}, the labels by "
            f"{number(spread)}: the model gives nearly the same answer whatever its input"
        ),
        depth=seen.depth,
        evidence=_evidence(seen),
        advice=(
            f"Check that labels have the shape of the outputs of layer {seen.layer}, (n, 1) and "
            "not (n,), and belong to their inputs; scale labels and inputs, and test whether a few "
            "dozen examples can be memorised."
        ),
        # Of many reasons none is known.
        fault_type=FaultType.OTHER,
        confidence=share_confidence(times, judged),
    )


def _evidence(seen: OutputSpread) -> dict[str, object]:
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = seen.output_stds / seen.label_stds
    return {
        "output_spread_at_end": float(seen.output_stds[-1]),
        "label_spread_at_end": float(seen.label_stds[-1]),
        "traced_steps": int(seen.steps.size),
        **series("output_spread / label_spread", seen.steps, ratio),
    }


RULE = Rule(
    name="predicts_mean",
    title="Predicts only the mean",
    needs=("outputs and labels of a model of one unit",),
    severity="error",
    fault_type=FaultType.LABELS,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The loss compares each output of layer out with the labels of all examples of the batch, "
        "at 5 of 5 traced steps: it cannot fall below the variance of the labels, 1"
    ),
    check=check,
    of_layers=True,
)
