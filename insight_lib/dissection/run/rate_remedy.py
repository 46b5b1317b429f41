"""The learning rate as a remedy: from what was recorded to a multiple of it."""

from insight_lib.dissection.findings.remedy import Remedy, remedy
from insight_lib.dissection.run import recorded_training
from insight_lib.dissection.run.view import RunView


def changed_rate(view: RunView, factor: float) -> Remedy | None:
    """Return the change of the learning rate by a factor; None where it is not recorded.

    A measured factor is no more than a size: one digit of it is kept.
    """
    known = recorded_training.optimizer(view)
    if known is None or not known.learning_rate:
        return None
    rate = known.learning_rate
    return remedy("learning_rate", float(f"{rate * factor:.1g}"), old=float(f"{rate:.6g}"))
