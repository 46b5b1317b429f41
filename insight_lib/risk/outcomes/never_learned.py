"""A training loss that never fell."""

import numpy as np

from insight_lib.dissection.findings.finding import share_confidence
from insight_lib.dissection.run.curves.losses import accuracies, training_loss
from insight_lib.dissection.run.curves.progress import improves_on_held_out_data
from insight_lib.dissection.run.curves.signs_of_learning import (
    Signs,
    has_better_part,
    is_seen_from_start,
    learns_elsewhere,
)
from insight_lib.dissection.run.curves.still_loss import is_still, shows_falls, stays_within_noise
from insight_lib.dissection.run.curves.told_levels import end_said, start_said
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.risk.outcomes.outcome import Failure, Kind
from insight_lib.risk.outcomes.places import quarter_of

# TheDeepChecker asks for 5 % over five checks; models that learn slowly but well need less.
_FLAT = 0.02
# Weights that move by less than a tenth cannot lower a loss (DeepDiagnosis: updates below 1e-5 of
# the weights are too small): what dropout makes of it is noise.
_FLAT_WHEN_STILL, _SMALL_UPDATE = 0.1, 1e-5
_MIN_POINTS = 5
# From there on the start of a loss is the median of three points.
_MIN_POINTS_NOISY = 30
# Standard errors: of flat noise 3 in 1,000 medians lie further off than that.
_FALL_WIDTH = 3.0
# Of the way between its ends, by which a loss must have begun: before, it fell elsewhere.
_LATE = 0.5
# An untrained model does not come below half of guessing by luck; below 0.1 a loss, or from 0.8 on
# an accuracy, is that of a model that was loaded ready. AutoTrainer takes 0.03 of an accuracy for
# noise; three times that is a rise.
_SIGNS = Signs(
    flat=_FLAT,
    ready=0.5,
    low=0.1,
    good_accuracy=0.8,
    accuracy_gain=0.1,
    noise_width=2.0,
    min_points=_MIN_POINTS,
)
# Of the start: a loss of which a part fell by so much goes on.
_PART = 0.2
# A flat loss alone may be that of a model that was loaded ready.
_SURE_OF_LOSS_ALONE = 0.8


def never_learned(run: RunView) -> Failure | None:
    """Return the training loss that no earlier level lies above, or that stays in its noise."""
    loss = training_loss(run)
    if loss is None or np.isfinite(loss.series.values).sum() < _MIN_POINTS:
        return None
    if has_better_part(run, loss, _PART, _SIGNS.noise_width) or _learns(run, loss):
        return None
    if not (_is_still(run, loss) or _is_noise(run, loss)):
        return None
    points = int(np.isfinite(loss.series.values).sum())
    known = is_seen_from_start(run) or bool(accuracies(run))
    sure = share_confidence(points, points) * (1.0 if known else _SURE_OF_LOSS_ALONE)
    why = f"{loss.name} never fell: {start_said(loss)} at its start and {end_said(loss)} at its end"
    return Failure(Kind.NEVER_LEARNED, quarter_of(loss.series.steps), sure, why)


def _learns(run: RunView, loss: NamedSeries) -> bool:
    seen = shows_falls(loss, late=_LATE, fall_width=_FALL_WIDTH)
    return not seen or learns_elsewhere(run, loss, _SIGNS)


def _is_still(run: RunView, loss: NamedSeries) -> bool:
    return is_still(
        run,
        loss,
        flat=_FLAT,
        flat_when_still=_FLAT_WHEN_STILL,
        small_update=_SMALL_UPDATE,
    )


def _is_noise(run: RunView, loss: NamedSeries) -> bool:
    is_noise = stays_within_noise(
        loss, flat=_FLAT, fall_width=_FALL_WIDTH, min_points=_MIN_POINTS_NOISY
    )
    return is_noise and not improves_on_held_out_data(run)
