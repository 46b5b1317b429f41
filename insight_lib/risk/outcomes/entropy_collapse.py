"""A policy that stopped exploring before it had learnt."""

from insight_lib.dissection.findings.finding import number, share_confidence
from insight_lib.dissection.run.reinforcement.entropies import entropy_gone
from insight_lib.dissection.run.reinforcement.returns import is_poor
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.outcomes.outcome import Failure, Kind
from insight_lib.risk.outcomes.places import since_when
from insight_lib.series.change.levels import start_level

# Of its start: of two actions one in 326 is then the other, of four one in 174 another.
_GONE = 0.03
# TheDeepChecker judges over five checks; of entropy and return.
_MIN_POINTS = 5


def entropy_collapse(run: RunView) -> Failure | None:
    """Return the entropy of discrete actions that is gone while no return improved for good."""
    if not is_poor(run, _MIN_POINTS):
        return None
    entropy = entropy_gone(run, gone=_GONE, min_points=_MIN_POINTS)
    if entropy is None:
        return None
    steps, values = entropy.series.steps, entropy.series.values
    start = start_level(values)
    is_gone = values <= _GONE * start
    why = f"{entropy.name} fell from {number(start)} to {number(float(values[-1]))}, no return rose"
    sure = share_confidence(values.size, values.size)
    return Failure(Kind.ENTROPY_COLLAPSE, since_when(steps, is_gone), sure, why)
