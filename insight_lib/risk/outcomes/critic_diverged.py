"""A value function whose loss grew beyond what the returns explain."""

from insight_lib.dissection.findings.finding import number, share_confidence
from insight_lib.dissection.run.reinforcement.critics import diverged_critic
from insight_lib.dissection.run.reinforcement.returns import is_good
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.outcomes.outcome import Failure, Kind
from insight_lib.risk.outcomes.places import since_when
from insight_lib.series.change.levels import end_level, start_level

# An order of magnitude: no fluctuation. Predicting 0 costs about the square of the return.
_GROWTH, _RATIO = 10.0, 10.0
# Where no return says why: returns that grow thirtyfold explain it, and 1e4 is the loss of
# predicting 0 for returns of 100, the most of usual rewards of about 1.
_UNEXPLAINED, _LARGE = 1000.0, 1e4
# TheDeepChecker judges over five checks.
_MIN_POINTS = 5


def critic_diverged(run: RunView) -> Failure | None:
    """Return the value loss that diverged, of a run whose returns did not improve for good."""
    loss = diverged_critic(
        run,
        growth=_GROWTH,
        ratio=_RATIO,
        unexplained=_UNEXPLAINED,
        large=_LARGE,
        min_points=_MIN_POINTS,
    )
    if loss is None or is_good(run):
        return None
    values = loss.series.values
    start, end = start_level(values), end_level(values)
    since = since_when(loss.series.steps, values >= end / _GROWTH)
    sure = share_confidence(values.size, values.size)
    why = f"{loss.name} grew from {number(start)} to {number(end)}, which no return explains"
    return Failure(Kind.CRITIC_DIVERGED, since, sure, why)
