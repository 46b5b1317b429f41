"""A training loss that falls steadily and whose run ended before much was learnt."""

from insight_lib.dissection.run.curves.steady_fall import (
    MIN_POINTS,
    NOISE_WIDTH,
    STEADY,
    SteadyFall,
    steady_fall,
)
from insight_lib.dissection.run.half_way import GOOD_ACCURACY, HALF_WAY, is_half_way
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.view import RunView


def unfinished_fall(
    view: RunView,
    steady: float = STEADY,
    noise_width: float = NOISE_WIDTH,
    min_points: int = MIN_POINTS,
    half_way: float = HALF_WAY,
    good_accuracy: float = GOOD_ACCURACY,
) -> SteadyFall | None:
    """Return the steady fall of the loss of a run that learnt nothing yet, or little.

    Args:
        view: the run.
        steady: see ``steady_fall``, likewise ``noise_width`` and ``min_points``.
        noise_width: see there.
        min_points: see there.
        half_way: see ``is_half_way``, likewise ``good_accuracy``.
        good_accuracy: see there.
    """
    if not has_learnt(view):
        return steady_fall(view, steady, noise_width, min_points)
    if not is_half_way(view, half_way, good_accuracy):
        return None
    fall = steady_fall(view, steady, noise_width, min_points, half_way)
    # Within an epoch or two a loss of steps has hardly begun to fall.
    return None if fall is None or fall.epochs is None or fall.more_steps is None else fall
