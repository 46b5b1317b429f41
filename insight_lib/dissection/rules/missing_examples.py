"""A step was evaluated on another number of examples than the others.

**Looks for** steps of a split whose number of rows differs from the most frequent one, where at
least {usual_share:%} of the split's steps have that one: a sample drawn again for each step has no
such number.

**Why it matters** Evaluation that runs next to the training loses examples when a worker dies or a
time limit ends it, and repeats them when it starts again. The metrics of such a step are those of
another sample: a step in the curve need not be a step of the model.

**What to do** Look for what ended or restarted the evaluation of these steps, evaluate them again,
and leave them out of comparisons until then.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans
from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.sample_faults import find_sample_faults
from insight_lib.dissection.run.samples import Samples
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Shares are 0..1."""

    usual_share: float = threshold(
        0.5,
        source=(
            "Of the steps of a split; where fewer agree on a number, none of them can be called "
            "usual."
        ),
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on all steps with another number of examples than usual."""
    found = find_sample_faults(view, lambda samples: _unusual(samples, limits))
    if found is None:
        return
    rows, usual = found.samples.rows[found.place], _usual(found.samples, limits)
    yield Finding(
        severity="warning",
        title=f"{rows} examples were evaluated instead of {usual}, in {found.words}",
        first_step=min(found.steps),
        last_step=max(found.steps),
        evidence={
            "steps": found.listed,
            "steps_with_another_number": len(found.places),
            "usual_examples": usual,
            "examples": int(rows),
        },
        advice=(
            "Find out what ended or restarted the evaluation of these steps and evaluate them "
            "again; until then do not compare their metrics with those of other steps."
        ),
    )


def _unusual(samples: Samples, limits: Thresholds) -> Booleans:
    usual = _usual(samples, limits)
    different: Booleans = samples.rows != (samples.rows if usual is None else usual)
    return different


def _usual(samples: Samples, limits: Thresholds) -> int | None:
    """Return the most frequent number, the greatest of ties; None if not frequent enough."""
    numbers, times = np.unique(samples.rows, return_counts=True)
    place = len(numbers) - 1 - int(np.argmax(times[::-1]))
    usual = times[place] >= limits.usual_share * len(samples.rows)
    return int(numbers[place]) if usual else None


RULE = Rule(
    name="missing_examples",
    title="Unusual number of evaluated examples",
    needs=("predictions of two steps",),
    severity="warning",
    fault_type=FaultType.VALIDATION,
    documentation=__doc__,
    thresholds=Thresholds(),
    example="93 examples were evaluated instead of 100, in step 2 of split validation",
    check=check,
)
