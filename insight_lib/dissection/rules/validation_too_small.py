"""The validation set is too small to show what was gained.

**Looks for** a validation accuracy of at least {min_points} points whose whole gain, from its first
point to its best, is less than the width of its confidence interval ({standard_errors} standard
errors on either side) on the number of examples that were scored for it: those of the one split of
predictions of its phase, where each value of the accuracy is a whole number of hits among them.

**Why it matters** Then the epochs cannot be distinguished: the best of them is the luckiest, and
early stopping or a comparison with another run rests on chance. The gain may be small because the
model was good from its first epoch on, which is why this is a note.

**What to do** Use a larger validation set or cross-validation; compare runs on the same examples,
pair by pair.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, series
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import HELD_OUT, accuracies_of
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.names.phases import is_held_out, phase_of_stream
from insight_lib.series.series import Series


@dataclass(frozen=True)
class Thresholds:
    """How a gain is judged."""

    standard_errors: float = threshold(1.96, source="Of a 95 % interval, on either side.")
    min_points: int = threshold(
        5, source="TheDeepChecker too judges over five checks; fewer say little."
    )


# Of an accuracy: as it is often written, to four digits.
_ROUNDING = 1e-4


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the validation accuracy."""
    known = next(iter(accuracies_of(view, HELD_OUT)), None)
    if known is None or known.series.values.size < limits.min_points:
        return
    accuracy, rows = known.series, _rows(view, known)
    if rows is None or not np.isfinite(accuracy.values).all():
        return
    best = float(accuracy.values.max())
    gain = best - float(accuracy.values[0])
    width = 2 * limits.standard_errors * float(np.sqrt(max(best * (1 - best), 0) / rows))
    if gain < width:
        yield _finding(accuracy, rows, gain, width)


def _rows(view: RunView, accuracy: NamedSeries) -> int | None:
    """Return how many examples the accuracy counts hits of; None where that is not sure."""
    splits = [
        one
        for split, one in view.samples.items()
        if is_held_out(split) and phase_of_stream(split) is accuracy.about.phase
    ]
    if len(splits) != 1 or not splits[0].rows.size or splits[0].rows[-1] <= 0:
        return None
    rows = int(splits[0].rows[-1])
    hits = accuracy.series.values * rows
    return rows if bool((np.abs(hits - np.rint(hits)) <= _ROUNDING * rows).all()) else None


def _finding(accuracy: Series, rows: int, gain: float, width: float) -> Finding:
    return Finding(
        severity="info",
        title=(
            f"The validation accuracy gained {number(gain)} in all, which {rows} examples cannot "
            f"distinguish from chance: its 95 % interval is {number(width)} wide"
        ),
        evidence={
            "validation_rows": rows,
            "gain": gain,
            "interval_width": width,
            **series("validation accuracy", accuracy.steps, accuracy.values),
        },
        advice=(
            "Use a larger validation set or cross-validation, and compare runs on the same "
            "examples."
        ),
    )


RULE = Rule(
    name="validation_too_small",
    title="Validation set too small",
    needs=("a validation accuracy", "predictions of a validation split"),
    severity="info",
    fault_type=FaultType.VALIDATION,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The validation accuracy gained 0.04 in all, which 50 examples cannot distinguish from "
        "chance: its 95 % interval is 0.203 wide"
    ),
    check=check,
)
