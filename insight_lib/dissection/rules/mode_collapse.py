"""What a generator makes is all alike.

**Looks for** a logged diversity of what is generated, over at least {min_points} points, that ends
(median of the last fifth) at {left:%} of its best level or below, or below {least} from its start
to its end where it is stated relative to the data's.

**Why it matters** A generator that gives the same few examples may fool the discriminator for a
while; its loss does not show it.

**What to do** Use a loss that punishes it less (Wasserstein with gradient penalty), let the
discriminator see batches (minibatch discrimination), check that the noise reaches the generator,
and go back to a checkpoint from before the fall.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level
from insight_lib.series.role import Role


@dataclass(frozen=True)
class Thresholds:
    """Shares of the best level, and counts of points."""

    left: float = threshold(0.2, source="Healthy generators of the zoo end above 0.8 of it.")
    least: float = threshold(
        0.01, source="Spread relative to the data's: a hundredth is one image with noise."
    )
    min_points: int = threshold(10, least=5, source="Of its end two.")


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the diversity that is logged."""
    for one in view.with_role(Role.DIVERSITY):
        values = one.series.values
        if values.size < limits.min_points or not np.isfinite(values).any():
            continue
        parts = np.array_split(values[np.isfinite(values)], 5)
        best = max(float(np.median(part)) for part in parts if part.size)
        if end_level(values) <= max(limits.left * best, limits.least) and best >= 0:
            yield _finding(one, best, limits)
            return


_OF_NOISE = (
    "Check that the noise reaches the generator and has a standard deviation near 1: images were "
    "alike from the start on."
)
_OF_COLLAPSE = (
    "Use a Wasserstein loss with gradient penalty or let the discriminator see whole batches, "
    "check the noise, and go back to a checkpoint from before the fall."
)


def _finding(one: NamedSeries, best: float, limits: Thresholds) -> Finding:
    steps, values = one.series.steps, one.series.values
    is_low = values <= max(limits.left * best, limits.least)
    above = np.flatnonzero(~is_low & np.isfinite(values))
    since = int(above[-1]) + 1 if above.size else 0
    end = number(end_level(values))
    never = best <= limits.least
    what = f"is {end} at its end" if never else f"fell from {number(best)} to {end}"
    return Finding(
        severity="warning",
        title=f"What is generated is all alike: {one.name} {what}",
        first_step=int(steps[min(since, steps.size - 1)]),
        last_step=int(steps[-1]),
        evidence={
            "series": one.name,
            "best_diversity": best,
            "diversity_at_end": end_level(values),
            **series(one.name, steps, values),
        },
        # What was alike from the first image on did not collapse.
        fault_type=FaultType.PREPROCESSING if never else None,
        advice=_OF_NOISE if never else _OF_COLLAPSE,
        confidence=share_confidence(int(is_low[since:].sum()), max(is_low[since:].size, 1)),
    )


RULE = Rule(
    name="mode_collapse",
    title="Mode collapse",
    needs=("a diversity of what is generated",),
    severity="warning",
    fault_type=FaultType.REGULARISATION,
    documentation=__doc__,
    thresholds=Thresholds(),
    example="What is generated is all alike: diversity fell from 0.8 to 0.05",
    check=check,
)
