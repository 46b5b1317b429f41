"""The learning rate as a remedy: from what was recorded to a multiple of it."""

from insight_lib.dissection.findings.remedy import Remedy, remedy
from insight_lib.dissection.run.curves.divergence import moves_by_its_rate
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.view import RunView

# No optimizer of Keras begins above it.
_LARGEST = 1.0
# Keras's default of Adam, RMSprop and their kin.
_ADAPTIVE = 1e-3


def changed_rate(view: RunView, factor: float) -> Remedy | None:
    """Return the change of the learning rate by a factor; None where it is not recorded.

    A measured factor is no more than a size: one digit of it is kept. None also where the rate
    would be above 1: then something else makes the updates small. A rate that is lowered comes down
    to the default at least of an optimizer that moves every weight by about its rate.
    """
    known = recorded_training.optimizer(view)
    if known is None or not known.learning_rate:
        return None
    rate = known.learning_rate
    if factor > 1 and rate * factor > _LARGEST:
        return None
    new = rate * factor
    if factor < 1 and moves_by_its_rate(known):
        new = min(new, _ADAPTIVE)
    return remedy("learning_rate", float(f"{new:.1g}"), old=float(f"{rate:.6g}"))
