"""Features of the optimizer and the loss, as far as they are recorded."""

import numpy as np

from insight_lib.dissection.run.curves.divergence import moves_by_its_rate
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.recorded.recorded_training import CROSS_ENTROPIES, HINGES
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.features.feature import Feature, Group, Seen, Unit
from insight_lib.risk.features.measures import bounded_log10, log_ratio

# Keras's defaults: of SGD, and of the optimizers that move every weight by about their rate.
_SGD_RATE, _ADAPTIVE_RATE = 0.01, 0.001
_CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")


def _setting(run: RunView, name: str) -> object:
    recorded = recorded_training.configuration(run).get("optimizer")
    return recorded.get(name) if isinstance(recorded, dict) else None


def _is_adaptive(seen: Seen) -> float:
    known = recorded_training.optimizer(seen.run)
    return np.nan if known is None or known.name is None else float(moves_by_its_rate(known))


def _momentum(seen: Seen) -> float:
    known = recorded_training.optimizer(seen.run)
    if known is None or known.name is None or moves_by_its_rate(known):
        return np.nan
    return min(max(known.momentum, 0.0), 1.0)


def _relative_rate(seen: Seen) -> float:
    """Return log10 of the recorded rate over its default; of SGD of the rate that momentum makes.

    A constant gradient moves the weights by 1 / (1 - momentum) times as much as without it.
    """
    known = recorded_training.optimizer(seen.run)
    if known is None or known.name is None or known.learning_rate is None:
        return np.nan
    if moves_by_its_rate(known):
        return log_ratio(known.learning_rate, _ADAPTIVE_RATE)
    if known.name != "SGD" or not 0 <= known.momentum < 1:
        return np.nan
    return log_ratio(known.learning_rate / (1 - known.momentum), _SGD_RATE)


def _is_scheduled(seen: Seen) -> float:
    rate = _setting(seen.run, "learning_rate")
    return float(isinstance(rate, dict)) if isinstance(rate, dict | float | int) else np.nan


def _is_clipped(seen: Seen) -> float:
    if recorded_training.optimizer(seen.run) is None:
        return np.nan
    return float(any(_setting(seen.run, name) is not None for name in _CLIPS))


def _weight_decay(seen: Seen) -> float:
    if recorded_training.optimizer(seen.run) is None:
        return np.nan
    decay = _setting(seen.run, "weight_decay")
    return bounded_log10(float(decay) if isinstance(decay, float | int) else 0.0)


def _is_of_classes(seen: Seen) -> float:
    known = recorded_training.loss(seen.run)
    return np.nan if known is None else float(known.name in CROSS_ENTROPIES | HINGES)


OPTIMIZER_FEATURES = (
    Feature(
        "optimizer_is_adaptive",
        Group.CONFIGURATION,
        "whether the optimizer moves every weight by about its rate, as Adam does (1), or not (0)",
        _is_adaptive,
        say=(
            "the optimizer [follows the size of the gradient, as SGD does|moves every "
            "weight by about its rate, as Adam does]"
        ),
        unit=Unit.FLAG,
    ),
    Feature(
        "optimizer_momentum",
        Group.CONFIGURATION,
        "momentum of an optimizer that follows the gradient's size",
        _momentum,
        say="the momentum is {value}",
    ),
    Feature(
        "learning_rate_over_default",
        Group.CONFIGURATION,
        "learning rate over the default of its optimizer",
        _relative_rate,
        say="the learning rate is {value} times the default of its optimizer",
        unit=Unit.DECADES,
    ),
    Feature(
        "learning_rate_is_scheduled",
        Group.CONFIGURATION,
        "whether the learning rate follows a schedule (1) or not (0)",
        _is_scheduled,
        say="the learning rate [follows no schedule|follows a schedule]",
        unit=Unit.FLAG,
    ),
    Feature(
        "gradient_is_clipped",
        Group.CONFIGURATION,
        "whether the gradient is clipped (1) or not (0)",
        _is_clipped,
        say="the gradient is [not clipped|clipped]",
        unit=Unit.FLAG,
    ),
    Feature(
        "weight_decay",
        Group.CONFIGURATION,
        "weight decay of the optimizer, in powers of ten (none: -6)",
        _weight_decay,
        say="[the optimizer has no weight decay|the optimizer has a weight decay of {value}]",
        unit=Unit.DECADES,
    ),
    Feature(
        "loss_is_of_classes",
        Group.CONFIGURATION,
        "whether the loss is of classes (1) or of quantities (0)",
        _is_of_classes,
        say="the loss is for [quantities|classes]",
        unit=Unit.FLAG,
    ),
)
