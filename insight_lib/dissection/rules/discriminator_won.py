"""The discriminator of an adversarial training won: nothing it says helps the generator any more.

**Looks for** a loss of the discriminator, never below zero, that lies at {left:%} of its start or
lower at {share:%} of the points of its second half, while a loss of the generator ends at {rise}
times its start or above. Both take {min_points} points.

**Why it matters** A discriminator that is never wrong has a gradient of nearly zero: the generator
is told that it is found out, not what to change, and stops getting better.

**What to do** Slow the discriminator down: a lower learning rate or fewer steps of it for each of
the generator's, one-sided label smoothing (0.9), noise on its inputs, dropout or a smaller network;
or use a loss that does not saturate (Wasserstein with gradient penalty, hinge).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.adversarial.balance import won_discriminator
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level, start_level


@dataclass(frozen=True)
class Thresholds:
    """Shares of the start, and counts of points."""

    left: float = threshold(
        0.05,
        source=(
            "In balance the discriminator's cross entropy is ln 2, or 2 ln 2 of both halves "
            "(Goodfellow et al. 2014); a twentieth of that is an error in hundreds."
        ),
    )
    share: float = threshold(0.8, source="A single batch may fool it.")
    rise: float = threshold(
        1.5, source="Healthy generators of the zoo end below 1.4 times their start."
    )
    min_points: int = threshold(10, least=4, source="Of the second half five.")


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's discriminator."""
    won = won_discriminator(
        view,
        left=limits.left,
        share=limits.share,
        rise=limits.rise,
        min_points=limits.min_points,
    )
    if won is not None:
        yield _finding(won.discriminator, won.generator, limits)


def _finding(discriminator: NamedSeries, generator: NamedSeries, limits: Thresholds) -> Finding:
    steps, values = discriminator.series.steps, discriminator.series.values
    is_low = values <= limits.left * start_level(values)
    half = is_low[is_low.size // 2 :]
    risen = [level(generator.series.values) for level in (start_level, end_level)]
    return Finding(
        severity="warning",
        title=(
            f"The discriminator is hardly ever wrong: {discriminator.name} fell from "
            f"{number(start_level(values))} to {number(end_level(values))}, while {generator.name} "
            f"rose from {number(risen[0])} to {number(risen[1])}"
        ),
        first_step=int(steps[np.argmax(is_low)]),
        last_step=int(steps[-1]),
        evidence={
            "discriminator_series": discriminator.name,
            "generator_series": generator.name,
            "discriminator_loss_at_end": end_level(values),
            "generator_loss_at_end": risen[1],
            **series(discriminator.name, steps, values),
        },
        advice=(
            "Lower the discriminator's learning rate or take fewer of its steps, smooth its labels "
            "(0.9 for real) or add noise to its inputs; or use a Wasserstein loss with gradient "
            "penalty."
        ),
        confidence=share_confidence(int(half.sum()), half.size),
    )


RULE = Rule(
    name="discriminator_won",
    title="Discriminator won",
    needs=("the losses of a generator and a discriminator",),
    severity="warning",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The discriminator is hardly ever wrong: d_loss fell from 1.2 to 0.01, while g_loss rose "
        "from 1 to 9"
    ),
    check=check,
)
