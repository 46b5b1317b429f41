"""An adversarial training that one side won, or whose generator makes one thing only."""

from insight_lib.dissection.findings.finding import number, share_confidence
from insight_lib.dissection.run.adversarial.balance import won_discriminator
from insight_lib.dissection.run.adversarial.diversity import lost_diversity
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.outcomes.outcome import Failure, Kind
from insight_lib.risk.outcomes.places import since_when
from insight_lib.series.change.levels import end_level, start_level

# In balance the discriminator's cross entropy is ln 2, or 2 ln 2 of both halves (Goodfellow et al.
# 2014): a twentieth of that is an error in hundreds. A single batch may fool it.
_LEFT, _SHARE = 0.05, 0.8
# Healthy generators of the zoo end below 1.4 times their start.
_RISE = 1.5
# Healthy generators of the zoo end above 0.8 of their best diversity; a hundredth of the data's
# spread is one image with noise.
_LEFT_DIVERSITY, _LEAST_DIVERSITY = 0.2, 0.01
# Of the second half five.
_MIN_POINTS = 10
# A generator may go on getting better against a discriminator that is nearly always right.
_SURE_OF_WON = 0.8


def one_sided(run: RunView) -> Failure | None:
    """Return the discriminator that is hardly ever wrong while the generator's loss rose."""
    won = won_discriminator(run, left=_LEFT, share=_SHARE, rise=_RISE, min_points=_MIN_POINTS)
    if won is None:
        return None
    steps, values = won.discriminator.series.steps, won.discriminator.series.values
    start, end = start_level(values), end_level(values)
    sure = _SURE_OF_WON * share_confidence(values.size, values.size)
    since = since_when(steps, values <= _LEFT * start)
    why = f"{won.discriminator.name} fell from {number(start)} to {number(end)}"
    return Failure(Kind.ONE_SIDED, since, sure, f"{why}: the generator is always found out")


def mode_collapse(run: RunView) -> Failure | None:
    """Return the diversity of what is generated that is lost."""
    lost = lost_diversity(run, left=_LEFT_DIVERSITY, least=_LEAST_DIVERSITY, min_points=_MIN_POINTS)
    if lost is None:
        return None
    series = lost.named.series
    points = int(lost.is_low[lost.since :].sum())
    why = f"what is generated is all alike: {lost.named.name} ends at "
    why += number(end_level(series.values))
    sure = share_confidence(points, series.values.size - lost.since)
    return Failure(Kind.MODE_COLLAPSE, int(series.steps[lost.since]), sure, why)
