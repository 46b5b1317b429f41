"""What a Keras model was compiled with, from the JSON that the TensorBoard callback writes.

Keras 3 writes it below ``compile_config``, Keras 2 leaves it out.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from insight_lib.events.runs.keras_json import is_of_keras
from insight_lib.events.runs.plain_json import json_object

_LAMBDA = "__lambda__"
_FUNCTION = "function"


def compile_settings(document: str) -> dict[str, object]:
    """Return optimizer, learning_rate, loss and metrics as far as they are stated.

    A schedule is an object, as in a recorded configuration; of several losses or metrics there is
    the list or the object by output. Nothing where the text is no model's JSON: what is wrong with
    it is said where the layers are read.
    """
    compiled = _object(json_object(document).get("compile_config"))
    optimizer = compiled.get("optimizer")
    settings = _object(_object(optimizer).get("config"))
    found = {
        "optimizer": _named(optimizer),
        "learning_rate": _rate(settings.get("learning_rate")),
        "loss": _named(compiled.get("loss")),
        "metrics": _named(compiled.get("metrics")),
    }
    return {name: value for name, value in found.items() if value not in (None, [], {})}


def compiled_training(document: str) -> dict[str, object]:
    """Return optimizer, loss and metrics in the form of `insight_lib.dealer.config.RunConfig`.

    What is not stated is left out, and so is the one loss that is weighted, as it is of another
    size than its name says. A loss that is none of Keras's has its own name, so that nothing is
    taken for known of it.
    """
    compiled = _object(json_object(document).get("compile_config"))
    optimizer, stated = _optimizer(compiled.get("optimizer")), compiled.get("loss")
    several = list(_object(stated).values()) if _is_by_output(stated) else stated
    losses = several if isinstance(several, list) else [several]
    described = [_loss(each) for each in losses]
    found: dict[str, object] = {"metrics": list(_metrics(compiled.get("metrics")))}
    if optimizer is not None:
        found["optimizer"] = optimizer
    if len(described) > 1:
        found["loss"] = described
    elif described and described[0] is not None and not compiled.get("loss_weights"):
        found["loss"] = described[0]
    return found if len(found) > 1 else {}


def _optimizer(stated: object) -> dict[str, object] | None:
    kind, config = _object(stated).get("class_name"), _object(_object(stated).get("config"))
    if isinstance(config.get("inner_optimizer"), dict):  # of one that scales the loss
        return _optimizer(config["inner_optimizer"])
    if isinstance(stated, str):
        return {"name": stated}
    if not isinstance(kind, str):
        return None
    kept = {name: each for name, each in config.items() if each is not None and name != "name"}
    rate = _rate(config.get("learning_rate"))
    return {"name": kind, **kept} | ({} if rate is None else {"learning_rate": rate})


def _is_by_output(stated: object) -> bool:
    return isinstance(stated, dict) and not isinstance(stated.get("class_name"), str)


def _loss(stated: object) -> dict[str, object] | None:
    """Return a loss by the name of Keras's function, with its settings."""
    if isinstance(stated, str):
        return {"name": _function_name(stated)}
    kind, config = _object(stated).get("class_name"), _object(stated).get("config")
    if not isinstance(kind, str):
        return None
    if kind == _LAMBDA:
        return {"name": "<lambda>"}
    if kind == _FUNCTION and isinstance(config, str):
        return {"name": config}
    settings = _object(config)
    kept = {name: each for name, each in settings.items() if each is not None and name != "name"}
    function = _loss(kept.pop("fn", None))
    if function is not None:
        return function | kept
    return {"name": _function_name(kind) if is_of_keras(_object(stated)) else kind} | kept


def _function_name(name: str) -> str:
    """Return Keras's full name of a loss that is called by its class or its short name.

    >>> _function_name("MSE"), _function_name("SparseCategoricalCrossentropy")
    ('mean_squared_error', 'sparse_categorical_crossentropy')
    """
    if name.lower() in _SHORT:
        return _SHORT[name.lower()]
    snake = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", snake).lower()


_SHORT = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "bce": "binary_crossentropy",
    "logcosh": "log_cosh",
}


def _metrics(stated: object) -> Iterator[str]:
    """Yield the metrics' names, from lists and objects by output."""
    if isinstance(stated, str):
        yield stated
    elif isinstance(stated, list):
        for each in stated:
            yield from _metrics(each)
    elif _is_by_output(stated):
        yield from _metrics(list(_object(stated).values()))
    elif isinstance(stated, dict):
        config = stated.get("config")
        name = config if isinstance(config, str) else _object(config).get("name")
        yield name if isinstance(name, str) else str(stated["class_name"])


def _named(stated: object) -> object:
    """Return the name of a serialized object, in the lists and objects in which it stands."""
    if isinstance(stated, list):
        return [_named(each) for each in stated]
    if not isinstance(stated, dict):
        return stated
    kind = stated.get("class_name")
    if not isinstance(kind, str):
        return {name: _named(each) for name, each in stated.items()}
    if kind == _LAMBDA:
        return "<lambda>"
    return stated.get("config") if kind == _FUNCTION else kind


def _rate(stated: object) -> object:
    if isinstance(stated, float):
        # The optimizer holds it as float32: 0.01 comes as 0.009999999776482582.
        short = float(str(np.float32(stated)))
        return short if np.float32(short) == stated else stated
    kind, config = _object(stated).get("class_name"), _object(_object(stated).get("config"))
    if not isinstance(kind, str):
        return stated
    kept = {name: each for name, each in config.items() if each is not None and name != "name"}
    return {"schedule": kind, **kept}


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
