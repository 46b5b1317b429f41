"""Features of the training loss."""

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.curves import losses
from insight_lib.risk.features.feature import Feature, Group, Seen
from insight_lib.risk.features.measures import finite, log_ratio, median, relative_change

# A loss of single batches is noisy: where it stands is the median of its last quarter.
_RECENT_SHARE = 0.25


def _values(seen: Seen) -> Floats:
    found = losses.training_losses(seen.run)
    finest = max(found, key=lambda one: (one.series.steps.size, one.name), default=None)
    return np.zeros(0) if finest is None else finest.series.values


def _recent_level(values: Floats) -> float:
    known = finite(values)
    return median(known[-max(1, round(known.size * _RECENT_SHARE)) :])


def _nonfinite_share(seen: Seen) -> float:
    values = _values(seen)
    return float(np.mean(~np.isfinite(values))) if values.size else np.nan


def _change(seen: Seen) -> float:
    known = finite(_values(seen))
    return relative_change(float(known[0]), _recent_level(known)) if known.size >= 2 else np.nan


def _peak(seen: Seen) -> float:
    known = finite(_values(seen))
    return log_ratio(float(known.max()), float(known[0])) if known.size >= 2 else np.nan


LOSS_FEATURES = (
    Feature(
        "loss_nonfinite_share",
        Group.TRAIN_LOSS,
        "share of the training loss's values that are NaN or infinite",
        _nonfinite_share,
        1,
    ),
    Feature(
        "loss_change",
        Group.TRAIN_LOSS,
        "relative change of the training loss since its first value (negative: it fell)",
        _change,
        1,
    ),
    Feature(
        "loss_peak",
        Group.TRAIN_LOSS,
        "highest training loss over the first, in powers of ten (spikes, divergence)",
        _peak,
        1,
    ),
)
