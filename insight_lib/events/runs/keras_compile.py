"""What a Keras model was compiled with, from the JSON that the TensorBoard callback writes.

Keras 3 writes it below ``compile_config``, Keras 2 leaves it out.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

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
