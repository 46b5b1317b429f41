"""A training loss that falls steadily and is still far from what a model that learnt would have."""

from insight_lib.dissection.run.curves.steady_fall import SteadyFall, steady_fall
from insight_lib.dissection.run.guessing.baseline import guess
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.short_way import went_short_way
from insight_lib.dissection.run.view import RunView

FAR = 0.8
"""Of what guessing costs: short healthy runs of the zoo end at 0.77 of it and still fall."""
_REACHED_BY_MOST = 0.5


def unfinished_fall(view: RunView) -> SteadyFall | None:
    """Return the steady fall of the loss of a run that learnt nothing, or little; None of others.

    None also where it is not known what guessing costs.
    """
    if not has_learnt(view):
        fall = steady_fall(view)
        return fall if fall is not None and is_far(view, fall, FAR) else None
    if not went_short_way(view):
        return None
    fall = steady_fall(view, to_reach=_REACHED_BY_MOST)
    # Within an epoch or two a loss of steps has hardly begun to fall.
    return None if fall is None or fall.epochs is None or fall.more_steps is None else fall


def is_far(view: RunView, fall: SteadyFall, far: float) -> bool:
    """Return whether the loss ends above a share of what guessing costs; False if not known."""
    guessing = guess(view)
    return guessing is not None and bool(fall.values[-1] > guessing.at(far))
