"""A recorded configuration as flat fields, so that runs can be laid side by side."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str, ...]
"""The name of a field, part by part: ``("optimizer", "learning_rate")``."""

LAYERS = "layers"
# What is deeper than this was not written by hand; it is one value.
_MAX_DEPTH = 8
# They have their own fields, or say nothing of the run.
_ASIDE = {"version", "topology", "hparams"}


def config_fields(config: Mapping[str, Any]) -> dict[Path, object]:
    """Return what a configuration says, field by field.

    Args:
        config: the parsed JSON, whether or not it fits `insight_lib.dealer.config.RunConfig`.

    Returns:
        Plain values, and lists of these. Nulls are left out, and so are hyper-parameters and
        layers, which runs have too that recorded no configuration.
    """
    return dict(_flat({name: each for name, each in config.items() if name not in _ASIDE}, ()))


def layer_fields(layers: object) -> dict[Path, object]:
    """Return what is said of layers: ``("layers", "dense_1", "units")``.

    ``("layers", "dense_1")`` is the layer in a few words. Of two layers of a name the last counts.

    Args:
        layers: a list of objects with a ``name``; what is none is left out.
    """
    found: dict[Path, object] = {}
    for layer in layers if isinstance(layers, list) else ():
        if isinstance(layer, dict) and isinstance(layer.get("name"), str):
            path = (LAYERS, layer["name"])
            found[path] = _in_words(layer)
            found |= _flat({name: each for name, each in layer.items() if name != "name"}, path)
    return found


def _in_words(layer: Mapping[str, Any]) -> str:
    told = [layer.get(name) for name in ("type", "units", "filters", "activation")]
    return " ".join(str(each) for each in told if isinstance(each, (str, int))) or "a layer"


def _flat(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    inner = value.items() if isinstance(value, dict) else _entries(value)
    if inner is not None and len(path) < _MAX_DEPTH:
        for name, each in inner:
            yield from _flat(each, (*path, str(name)))
    elif value is not None:
        yield path, _one(value)


def _entries(value: object) -> list[tuple[str, object]] | None:
    """Return the objects of a list with numbers as names; None if it holds plain values."""
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        return [(str(number), each) for number, each in enumerate(value)]
    return None


def _one(value: object) -> object:
    """Keep a plain value and a list of such; anything deeper is its JSON."""
    parts = value if isinstance(value, list) else [value]
    if not any(isinstance(each, (dict, list)) for each in parts):
        return value
    try:
        return json.dumps(value)
    except RecursionError:
        return "(nested too deeply)"
