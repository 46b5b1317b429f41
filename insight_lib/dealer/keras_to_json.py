"""Plain JSON of what Keras objects are made of.

Keras writes an object as ``{"class_name": ..., "config": {...}, "module": ...}``; here it is its
name and settings, ``{"name": "GlorotUniform", "seed": 7}``. What JSON cannot hold is named, not
kept: a function by its name, another object by its class, a long list by its length.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

import keras
import numpy as np

from insight_lib.dealer.layer_terms import MAX_LIST
from insight_lib.strict_json import strict_json

MAX_TEXT = 1000
# What is deeper than this was not written by hand.
_MAX_DEPTH = 12

_FUNCTIONS = ("function", "builtin_function_or_method")
_LAMBDA = "__lambda__"
_VALUES = ("__tensor__", "__numpy__")

T = TypeVar("T")


def attempt(describe: Callable[[], T], otherwise: T) -> T:
    """Return what ``describe`` tells of somebody's model, or ``otherwise`` where that fails.

    Everybody's layers, losses and optimizers answer here, with any error that their authors made,
    and a description is not worth a training.
    """
    with suppress(Exception):
        return describe()
    return otherwise


def plain(value: object, depth: int = 0) -> Any:  # noqa: ANN401 - JSON
    """Return ``value`` as strict JSON: text, numbers, booleans, lists, objects, null."""
    if value is None or isinstance(value, (bool, int, float)):
        return strict_json(value)
    if isinstance(value, str):
        return value if len(value) <= MAX_TEXT else f"{value[:MAX_TEXT]}... ({len(value)} long)"
    if depth > _MAX_DEPTH:
        return type(value).__name__
    if isinstance(value, Mapping):
        return _object(value, depth)
    if isinstance(value, (list, tuple)):
        return _list(value, depth)
    return _other(value, depth)


def named(name: str, settings: Mapping[str, object]) -> dict[str, Any]:
    """Return settings with a name in front and without nulls."""
    kept = {key: plain(each, 1) for key, each in settings.items() if each is not None}
    return {"name": name} | {key: each for key, each in kept.items() if key != "name"}


def name_of(value: object) -> str:
    """Name an object as a person would: a function's own name, or else its class."""
    # functools.partial has no name but that of its function.
    function = getattr(value, "func", value)
    return str(getattr(function, "__name__", None) or type(value).__name__)


def _object(value: Mapping[Any, object], depth: int) -> Any:  # noqa: ANN401 - JSON
    kind, config = value.get("class_name"), value.get("config")
    if not isinstance(kind, str) or "config" not in value:
        return {str(key): plain(each, depth + 1) for key, each in value.items()}
    if kind == _LAMBDA:
        return "<lambda>"
    if kind in _FUNCTIONS:
        return plain(config, depth + 1)
    settings = config if isinstance(config, Mapping) else {}
    if kind in _VALUES:
        return plain(settings.get("value"), depth + 1)
    inner = {key: plain(each, depth + 1) for key, each in settings.items() if each is not None}
    inner.pop("name", None)
    return {_name_key(value): kind, **inner}


def _name_key(serialized: Mapping[Any, object]) -> str:
    return "schedule" if serialized.get("module") == "keras.optimizers.schedules" else "name"


def _list(value: list[object] | tuple[object, ...], depth: int) -> Any:  # noqa: ANN401 - JSON
    if len(value) > MAX_LIST:
        return f"{len(value)} values"
    return [plain(each, depth + 1) for each in value]


def _other(value: object, depth: int) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, (np.ndarray, np.generic)) or keras.ops.is_tensor(value):
        array = np.asarray(value)
        if array.size > MAX_LIST:
            return f"array of {' x '.join(str(size) for size in array.shape)}"
        return plain(array.tolist(), depth + 1)
    return name_of(value)
