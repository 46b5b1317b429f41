"""A compiled Keras model's optimizer, loss and metrics for its recorded configuration."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import keras

from insight_lib.dealer.keras_to_json import attempt, name_of, named

Described = dict[str, Any]


def describe_optimizer(
    model: keras.Model, given: keras.optimizers.Optimizer | None = None
) -> Described | None:
    """Describe the optimizer that is given, or the compiled one, or the first that the model holds.

    Keras compiles one by default that a custom step may leave alone: one that was applied goes
    before.
    """
    optimizer = _held_optimizer(model) if given is None else given
    if optimizer is None:
        return None
    nothing: Described = {}
    told = attempt(lambda: _told_settings(optimizer), nothing)
    return named(type(optimizer).__name__, attempt(optimizer.get_config, told))


def _held_optimizer(model: keras.Model) -> keras.optimizers.Optimizer | None:
    held = [v for v in vars(model).values() if isinstance(v, keras.optimizers.Optimizer)]
    applied = (each for each in held if int(each.iterations) > 0)
    return next(applied, getattr(model, "optimizer", None) or next(iter(held), None))


def _told_settings(optimizer: keras.optimizers.Optimizer) -> Described:
    """Return what an optimizer was made with, where a custom schedule cannot be serialized."""
    made_with = inspect.signature(type(optimizer).__init__).parameters
    told = {name: getattr(optimizer, name) for name in made_with if hasattr(optimizer, name)}
    schedule = getattr(optimizer, "_learning_rate", None)
    if isinstance(schedule, keras.optimizers.schedules.LearningRateSchedule):
        told["learning_rate"] = {"schedule": type(schedule).__name__}
    return told


def describe_loss(model: keras.Model) -> Described | tuple[Described | None, ...] | None:
    """Describe the compiled loss, of several outputs the list in their order; None without one."""
    loss = getattr(model, "loss", None)
    if isinstance(loss, Mapping):
        names = attempt(lambda: list(model.output_names), list(loss))
        loss = [loss.get(name) for name in names]
    if isinstance(loss, (list, tuple)):
        described = tuple(_describe_loss(each) for each in loss)
        return described[0] if len(described) == 1 else described or None
    return _describe_loss(loss)


def describe_metrics(model: keras.Model) -> tuple[str, ...]:
    """Name the metrics that the model was compiled with."""
    compiled = getattr(model, "_compile_metrics", None)
    given = [getattr(compiled, name, None) for name in ("_user_metrics", "_user_weighted_metrics")]
    return tuple(_metric_names(given))


def _metric_names(metric: object) -> Iterator[str]:
    if isinstance(metric, Mapping):
        metric = list(metric.values())
    if isinstance(metric, (list, tuple)):
        for each in metric:
            yield from _metric_names(each)
    elif isinstance(metric, str):
        yield metric
    elif metric is not None:
        yield str(getattr(metric, "name", None) or name_of(metric))


def _describe_loss(loss: object) -> Described | None:
    if isinstance(loss, str):
        loss = attempt(lambda: keras.losses.get(loss), loss)
    if loss is None or isinstance(loss, str):
        return None if loss is None else named(loss, {})
    if isinstance(loss, keras.losses.Loss):
        return named(_loss_name(loss), attempt(loss.get_config, {}))
    return named(name_of(loss), attempt(lambda: _defaults(loss), {}) if callable(loss) else {})


def _loss_name(loss: keras.losses.Loss) -> str:
    """Name a loss by its class as Keras names the function, not as its user may call it."""
    function = getattr(loss, "fn", None)
    if type(loss) is keras.losses.Loss or type(loss).__name__ == "LossFunctionWrapper":
        return name_of(function)
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", type(loss).__name__)
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name).lower()


def _defaults(function: Callable[..., object]) -> Described:
    """Return what a loss function takes besides labels and predictions, in Keras's terms."""
    return {
        name: parameter.default
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is not inspect.Parameter.empty
    }
