"""Targets of a regression whose numbers are far from what a new model gives.

**Looks for** labels that are quantities, under a squared or an absolute error (Huber's and log cosh
count as such), whose mean or standard deviation is above {largest}, before an output that could
reach them. What an output cannot reach at all is the matter of ``labels_outside_output``.

**Why it matters** A new model's outputs are near 1 and usual learning rates move them by about as
little as weights move. To reach a price of 250,000 takes very many steps; a squared error of
such numbers makes gradients so large that without an adaptive optimizer the first step throws all
weights out. It is a warning where the run did not learn, and a note where it learnt all the same.

**What to do** Standardise the labels by the mean and spread of the training examples (of prices and
counts, their logarithm), and invert the transformation on predictions.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import median
from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.data.kinds_of_labels import are_quantities
from insight_lib.dissection.run.data.labels import Labels, labels
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.recorded import recorded_layers, recorded_training
from insight_lib.dissection.run.recorded.activation_ranges import output_range
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType

_ERRORS = frozenset({"mean_squared_error", "mean_absolute_error", "huber", "log_cosh"})


@dataclass(frozen=True)
class Thresholds:
    """How large a label may be."""

    largest: float = threshold(
        100.0,
        source=(
            "At 1e-3 a step, the default of Adam, an output of a hundred unit activations needs a "
            "thousand steps to get there. House prices in thousands (Boston, mean 23) are learnt "
            "as they are."
        ),
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's labels."""
    loss, seen = recorded_training.loss(view), labels(view)
    if loss is None or seen is None or loss.name not in _ERRORS or not are_quantities(view):
        return
    output = recorded_layers.output_layer(view)
    if output is not None and _is_bounded(output.activation):
        return
    sizes = np.maximum(np.abs(seen.means), _spread(seen))
    if median(sizes) > limits.largest:
        yield _finding(view, seen, sizes, limits)


def _spread(seen: Labels) -> Floats | float:
    """Return the labels' standard deviation; a quarter of each batch's range if not traced."""
    if seen.variance is not None:
        return float(np.sqrt(seen.variance))
    return seen.highs / 4 - seen.lows / 4


def _is_bounded(activation: str) -> bool:
    reached = output_range(activation)
    return reached is not None and np.isfinite(reached[1])


def _finding(view: RunView, seen: Labels, sizes: Floats, limits: Thresholds) -> Finding:
    return Finding(
        severity="info" if has_learnt(view) else "warning",
        title=(
            f"Labels lie between {number(seen.low)} and {number(seen.high)}, around "
            f"{number(seen.mean)}, but a new model's outputs are near 1"
        ),
        evidence={
            "label_min": seen.low,
            "label_max": seen.high,
            "label_mean": seen.mean,
            "typical_size": median(sizes),
            **series("size of labels", seen.steps, sizes),
        },
        advice=(
            "Standardise the labels by the mean and spread of the training examples, or take their "
            "logarithm, and invert the transformation on predictions."
        ),
        confidence=share_confidence(int((sizes > limits.largest).sum()), sizes.size),
    )


RULE = Rule(
    name="unscaled_labels",
    title="Labels not scaled",
    needs=("traced labels", "the recorded loss"),
    severity="warning",
    fault_type=FaultType.PREPROCESSING,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "Labels lie between 5.2e+04 and 5.2e+05, around 2.45e+05, but a new model's outputs are "
        "near 1"
    ),
    check=check,
)
