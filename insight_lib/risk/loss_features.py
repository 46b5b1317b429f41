"""Features of the training loss and of the validation loss."""

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.arrays import DECADES, finite, log_ratio, median, relative_change
from insight_lib.risk.feature import Feature
from insight_lib.risk.loss_series import finest_train_loss, train_loss, validation_loss
from insight_lib.series.series import Series

# A loss of single batches is noisy: where it stands is the median of its last quarter.
_RECENT_SHARE = 0.25
_SHORTEST_TREND = 3  # points; two always lie on a line


def recent_level(values: Floats) -> float:
    """Return the median of the finite values' last quarter (at least one); NaN without any."""
    known = finite(values)
    return median(known[-max(1, round(known.size * _RECENT_SHARE)) :])


def _change_since_start(values: Floats) -> float:
    known = finite(values)
    return relative_change(float(known[0]), recent_level(known)) if known.size >= 2 else np.nan


def _nonfinite_share(run: RunView) -> float:
    values = finest_train_loss(run).values
    return float(np.mean(~np.isfinite(values))) if values.size else np.nan


def _train_change(run: RunView) -> float:
    return _change_since_start(finest_train_loss(run).values)


def _validation_change(run: RunView) -> float:
    return _change_since_start(validation_loss(run).values)


def _validation_rebound(run: RunView) -> float:
    known = finite(validation_loss(run).values)
    if known.size < 2:
        return np.nan
    return relative_change(float(known.min()), recent_level(known))


def _slope(run: RunView) -> float:
    return log_slope(finest_train_loss(run))


def log_slope(series: Series) -> float:
    """Return the least-squares slope of log10(value) per length of the series.

    Over the positive finite points; cut to [-DECADES, DECADES]; NaN under three of them.
    """
    keep = np.isfinite(series.values) & (series.values > 0)
    steps, values = series.steps[keep].astype(np.float64), series.values[keep]
    if values.size < _SHORTEST_TREND:
        return np.nan
    time = (steps - steps[0]) / (steps[-1] - steps[0])
    centred = time - time.mean()
    slope = np.dot(centred, np.log10(values)) / np.dot(centred, centred)
    return float(np.clip(slope, -DECADES, DECADES))


def _rise_share(run: RunView) -> float:
    moves = np.diff(finite(finest_train_loss(run).values))
    return float(np.mean(moves > 0)) if moves.size >= _SHORTEST_TREND - 1 else np.nan


def _peak(run: RunView) -> float:
    known = finite(finest_train_loss(run).values)
    return log_ratio(float(known.max()), float(known[0])) if known.size >= 2 else np.nan


def _gap(run: RunView) -> float:
    train = finite(train_loss(run).values)
    validation = finite(validation_loss(run).values)
    if not (train.size and validation.size):
        return np.nan
    return relative_change(float(train[-1]), float(validation[-1]))


LOSS_FEATURES = (
    Feature(
        "loss_nonfinite_share",
        "share of the training loss's values that are NaN or infinite",
        _nonfinite_share,
    ),
    Feature(
        "loss_change",
        "relative change of the training loss since its first value (negative: it fell)",
        _train_change,
    ),
    Feature(
        "loss_slope",
        "trend of the training loss so far, in powers of ten (negative: it falls)",
        _slope,
    ),
    Feature(
        "loss_rise_share",
        "share of the training loss's moves that go up (oscillation)",
        _rise_share,
    ),
    Feature(
        "loss_peak",
        "highest training loss over the first, in powers of ten (spikes, divergence)",
        _peak,
    ),
    Feature(
        "validation_loss_change",
        "relative change of the validation loss since its first value (negative: it fell)",
        _validation_change,
    ),
    Feature(
        "validation_loss_rebound",
        "relative rise of the validation loss above its least value",
        _validation_rebound,
    ),
    Feature(
        "validation_gap",
        "validation loss relative to the training loss (positive: validation is worse)",
        _gap,
    ),
)
