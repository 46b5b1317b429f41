"""The validation set is too small to show what was gained.

**Looks for** a validation accuracy of at least {min_points} points whose whole gain, from its first
point to its best, is less than the width of its confidence interval ({standard_errors} standard
errors on either side) on the number of examples that were scored.

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
from insight_lib.dissection.findings.remedy import FaultType
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import validation_accuracies
from insight_lib.dissection.run.view import RunView
from insight_lib.series.names.phases import is_held_out
from insight_lib.series.series import Series


@dataclass(frozen=True)
class Thresholds:
    """How a gain is judged."""

    standard_errors: float = threshold(1.96, source="Of a 95 % interval, on either side.")
    min_points: int = threshold(
        5, source="TheDeepChecker too judges over five checks; fewer say little."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the validation accuracy."""
    rows = _rows(view)
    accuracy = next(iter(validation_accuracies(view)), None)
    if rows is None or accuracy is None or accuracy.values.size < limits.min_points:
        return
    if not np.isfinite(accuracy.values).all():
        return
    best = float(accuracy.values.max())
    gain = best - float(accuracy.values[0])
    width = 2 * limits.standard_errors * float(np.sqrt(max(best * (1 - best), 0) / rows))
    if gain < width:
        yield _finding(accuracy, rows, gain, width)


def _rows(view: RunView) -> int | None:
    """Return the number of examples in the last evaluation of the validation split."""
    known = [one for split, one in sorted(view.samples.items()) if is_held_out(split)]
    rows = [int(one.rows[-1]) for one in known if one.rows.size and one.rows[-1] > 0]
    return rows[0] if rows else None


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
        "The validation accuracy gained 0.03 in all, which 50 examples cannot distinguish from "
        "chance: "
        "its 95 % interval is 0.208 wide"
    ),
    check=check,
)
