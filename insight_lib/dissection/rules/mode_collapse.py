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

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.adversarial.diversity import LostDiversity, lost_diversity
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level


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
    lost = lost_diversity(view, left=limits.left, least=limits.least, min_points=limits.min_points)
    if lost is not None:
        yield _finding(lost, limits)


_OF_NOISE = (
    "Check that the noise reaches the generator and has a standard deviation near 1: images were "
    "alike from the start on."
)
_OF_COLLAPSE = (
    "Use a Wasserstein loss with gradient penalty or let the discriminator see whole batches, "
    "check the noise, and go back to a checkpoint from before the fall."
)


def _finding(lost: LostDiversity, limits: Thresholds) -> Finding:
    one, best, is_low, since = lost.named, lost.best, lost.is_low, lost.since
    steps, values = one.series.steps, one.series.values
    end = number(end_level(values))
    never = best <= limits.least
    what = f"is {end} at its end" if never else f"fell from {number(best)} to {end}"
    return Finding(
        severity="warning",
        title=f"What is generated is all alike: {one.name} {what}",
        first_step=int(steps[since]),
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
        confidence=share_confidence(int(is_low[since:].sum()), is_low[since:].size),
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
