"""A training loss that ends where guessing does."""

from insight_lib.dissection.run.curves.losses import end_of_training, fall_of_training
from insight_lib.dissection.run.guessing.baseline import guess
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.recorded.recorded_layers import is_regularised
from insight_lib.dissection.run.view import NamedSeries, RunView


def guessing_if_at_chance(
    view: RunView, loss: NamedSeries, *, chance: float, fall: float
) -> float | None:
    """Return the loss of guessing if the loss ended there; None if not, or unknown.

    Args:
        view: the run.
        loss: its training loss.
        chance: at that share of guessing, or above it, it is there.
        fall: a regularised loss that fell by that share of its start is not: what regularisation
            adds may be more than guessing costs.
    """
    guessing, fallen = guess(view), fall_of_training(view)
    if guessing is None or fallen is None or has_learnt(view):
        return None
    if fallen >= fall and is_regularised(view):
        return None
    return guessing.cost if end_of_training(view, loss) >= guessing.at(chance) else None
