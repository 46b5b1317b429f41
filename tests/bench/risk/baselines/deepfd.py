"""What DeepFD looks at: its monitors over a training, each summarised over time.

Cao, J., Li, M., Chen, X., Wen, M., Tian, Y., Wu, B., Cheung, S.-C. (2022): DeepFD: Automated fault
diagnosis and localization for deep learning programs. ICSE. Monitors, thresholds and operators are
those of github.com/ArabelaTso/DeepFD; of its operators std, var and sem say the same to a tree, and
std alone is kept. Three things differ, all in its favour or for want of the model:

* it is checked at each point of the training loss rather than after epochs, of which a tenth of a
  run has none;
* it judges a run that was cut as though it were whole, so that it does not wait for 30 % of it;
* gradients and weights are known by the traced statistics of each tensor.
"""

from collections.abc import Mapping

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats
from insight_lib.dissection.run.view import RunView
from insight_lib.series.role import Phase
from tests.bench.risk.baselines.curves import accuracy, held, training_loss, validation_loss
from tests.bench.risk.baselines.deepfd_tensors import tensor_monitors

JUDGED_FROM = 0.3
"""Share of the training from which on the monitors of losses and accuracies judge."""
_LOST = 1e5
_UNSTABLE, _UNSTABLE_RATE = 0.03, 0.2
_SATISFIED = 0.7
_STUCK = 0.01
_TURN = 10e-3
_GAP, _GOOD, _GAP_OF_GOOD = 0.1, 0.9, 0.07
"""zeta, eta, Theta, delta and the constants of its ``Monitor.py``."""


def deepfd_features(run: RunView) -> dict[str, float]:
    """Return DeepFD's features of a run as far as it is known; none without a training loss."""
    loss = training_loss(run)
    if loss is None or not loss.steps.size:
        return {}
    steps = loss.steps.astype(np.float64)
    series = {
        "loss": loss.values,
        "acc": held(accuracy(run, Phase.TRAIN), steps),
        "val_loss": held(validation_loss(run), steps),
        "val_acc": held(accuracy(run, Phase.VALIDATION), steps),
    }
    monitors = series | loss_monitors(series) | tensor_monitors(run, steps)
    return {
        f"b_deepfd_{name}_{operator}": value
        for name, values in monitors.items()
        for operator, value in summary(values).items()
    }


def loss_monitors(series: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return the monitors of losses and accuracies at each point, counted up as DeepFD does.

    Args:
        series: ``loss``, ``acc``, ``val_loss`` and ``val_acc``, each (points,).
    """
    loss, acc, val_loss, val_acc = (series[n] for n in ("loss", "acc", "val_loss", "val_acc"))
    nan_loss = _ever(~np.isfinite(loss) | ~np.isfinite(val_loss)) | (val_loss >= _LOST)
    nan_acc = _ever(~np.isfinite(acc) | ~np.isfinite(val_acc)) & ~nan_loss
    judged = np.arange(1, loss.size + 1) >= JUDGED_FROM * loss.size
    judged &= ~nan_loss & ~nan_acc
    gap = np.where(acc <= _GOOD, _GAP, _GAP_OF_GOOD)
    low = np.minimum(np.maximum.accumulate(acc), np.maximum.accumulate(val_acc)) < _SATISFIED
    rises = np.maximum(_steepest(acc), _steepest(val_acc))
    turned = (_steps_of(loss) < -_TURN) & (_steps_of(val_loss) > _TURN)
    found = {
        "nan_loss": np.cumsum(nan_loss),
        "nan_acc": np.cumsum(nan_acc),
        "test_not_well": np.cumsum(judged & (acc - val_acc >= gap)),
        "test_turn_bad": judged & turned,
        "unstable_loss": _ever(judged & _oscillates(acc)),
        "not_converge": _ever(judged & low),
        "sc_accuracy": _ever(judged & (rises < _STUCK)),
        "increase_loss": np.cumsum(judged & (_steps_of(loss) > 0)),
        "decrease_acc": np.cumsum(judged & (_steps_of(acc) < 0)),
    }
    return {name: values.astype(np.float64) for name, values in found.items()}


def summary(values: Floats) -> dict[str, float]:
    """Return DeepFD's operators on a monitor; non-finite points count as 0, as it fills them."""
    known = np.where(np.isfinite(values), values, 0.0)
    mean, spread = float(known.mean()), float(known.std(ddof=1)) if known.size > 1 else 0.0
    return {
        "mean": mean,
        "std": spread,
        "skew": _skewness(known),
        "median": float(np.median(known)),
        "max": float(known.max()),
        "min": float(known.min()),
    }


def _skewness(values: Floats) -> float:
    """Return the sample skewness that pandas gives; 0 of fewer than three points or of equal ones.

    G1 = sqrt(n (n - 1)) / (n - 2) * m3 / m2^1.5.
    """
    points = values.size
    # Divided first, so that the cube of a huge loss is finite.
    size = np.abs(values).max(initial=0.0)
    if points < 3 or size == 0:
        return 0.0
    away = values / size - (values / size).mean()
    second = float(np.mean(away**2))
    if second <= np.finfo(np.float64).eps ** 2:
        return 0.0
    return float(np.sqrt(points * (points - 1)) / (points - 2) * np.mean(away**3) / second**1.5)


def _oscillates(acc: Floats) -> Booleans:
    """Return whether so many swings of the accuracy up to each point are so large."""
    found = np.zeros(acc.size, dtype=np.bool_)
    highs: list[float] = []
    lows: list[float] = []
    for place in range(1, acc.size):
        # The point before is an extreme once this one is known.
        if place >= 2:
            before, here, after = acc[place - 2 : place + 1]
            if here >= before and here >= after:
                highs.append(here)
            if here <= before and here <= after:
                lows.append(here)
        swings = sum(high - low >= _UNSTABLE for high, low in zip(highs, lows, strict=False))
        found[place] = swings >= _UNSTABLE_RATE * (place + 1)
    return found


def _steepest(values: Floats) -> Floats:
    return np.maximum.accumulate(np.maximum(_steps_of(values), 0.0))


def _steps_of(values: Floats) -> Floats:
    return np.diff(values, prepend=values[:1])


def _ever(flags: Booleans) -> Booleans:
    return np.logical_or.accumulate(flags)
