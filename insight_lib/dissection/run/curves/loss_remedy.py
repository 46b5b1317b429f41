"""What to change of a run whose training loss does not fall."""

import numpy as np

from insight_lib.columnar.median import median
from insight_lib.dissection.findings.finding import number
from insight_lib.dissection.findings.remedy import Change
from insight_lib.dissection.run.curves.steady_fall import steady_fall
from insight_lib.dissection.run.gradients import first_thrown
from insight_lib.dissection.run.network import movements
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.remedies.rate_remedy import changed_rate
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType

# DeepDiagnosis: updates below 1e-5 and above 0.1 of the weights.
SMALL_UPDATE, LARGE_UPDATE = 1e-5, 0.1
_LOWER = (
    "Lower the learning rate by a factor of ten, warm it up over the first steps or clip the "
    "gradient norm; go back to a checkpoint from before the rise."
)
_NOT_TRAINED = (
    "No weight changes: check that layers are trainable, that the optimizer gets their weights, "
    "that its learning rate is not 0 and that the loss reaches them with a gradient."
)
_CHECK = (
    "Check that labels still belong to their inputs (shuffling, joins), that inputs are scaled and "
    "that the last activation fits the loss; try the learning rate ten times larger and smaller, "
    "and test whether the model can memorise a few dozen examples."
)


@once_a_view
def typical_update(view: RunView) -> float | None:
    """Return the median over the layers that move at all; 0 where none does, None where not known.

    Histograms show that a weight moved, not by how much.

    Layers that are not trained tell nothing of the learning rate.
    """
    movement = movements(view)
    moved = movement.values
    known = moved[np.isfinite(moved)]
    of_moving = moved[(np.nan_to_num(moved) > 0).any(axis=1)]
    moving = of_moving[np.isfinite(of_moving)]
    if not moving.size:
        return 0.0 if known.size and not movement.has_unknown else None
    return median(moving)


def loss_remedy(view: RunView, small_update: float, large_update: float, *, rose: bool) -> Change:
    """Return what to change of a run whose loss does not fall, by how far its weights move.

    Args:
        view: the run.
        small_update: of the weights a step, below which the learning rate is too low.
        large_update: above which it is too high.
        rose: whether the loss rose.
    """
    update = typical_update(view)
    is_large = update is not None and update > large_update
    if rose or is_large or first_thrown(view) is not None:
        return Change(_LOWER, FaultType.LEARNING_RATE, changed_rate(view, 0.1))
    if update == 0:
        return Change(_NOT_TRAINED, FaultType.LAYERS)
    if update is not None and update < small_update:
        advice = (
            f"Updates are only {number(update)} of the weights a step: raise the learning rate by "
            "a factor of ten until they are near 1e-3, and scale the inputs."
        )
        return Change(advice, FaultType.LEARNING_RATE, changed_rate(view, 1e-3 / update))
    fall = steady_fall(view)
    if fall is not None and fall.more_steps is not None:
        return Change(fall.advice, FaultType.EPOCH, fall.remedy)
    return Change(_CHECK, FaultType.OTHER)
