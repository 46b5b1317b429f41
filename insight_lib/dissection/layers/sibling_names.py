"""Weights whose tags name them in one letter, ``W`` and ``b``: layers where both are there.

``W`` alone may be anything; a ``W`` and a ``b`` under one path, or with one ending, are a layer:
``fc1/W:0`` and ``fc1/b:0``, ``W_out`` and ``b_out``, ``weights`` and ``biases`` in no scope.
"""

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from insight_lib.dissection.layers.tag_conventions import TensorName, is_layer

_PATTERN = (
    r"(?:(?P<path>.+)[/.])?(?P<tensor>[Ww]|b|kernel|weights?|bias(?:es)?)"
    r"(?:_(?P<ending>[A-Za-z]\w*?))?(?:[:_]\d+)?"
)
_TAG = re.compile(_PATTERN, re.DOTALL | re.ASCII)
SIBLING_TAGS = "(?s)^" + re.sub(r"\?P<\w+>", "?:", _PATTERN) + "$"
"""One pattern that every tag fits that may be one of a pair; in the syntax of Arrow (RE2)."""
_BIASES = frozenset({"b", "bias", "biases"})


@dataclass(frozen=True)
class _Sibling:
    """``layer`` is empty of a weight in no scope."""

    layer: str
    tensor: str


@cache
def _sibling(tag: str) -> _Sibling | None:
    found = _TAG.fullmatch(tag)
    if found is None:
        return None
    path, ending = found["path"] or "", found["ending"]
    is_said_again = ending is None or re.split(r"[/.]", path)[-1] == ending
    layer = path if is_said_again else f"{path}/{ending}".lstrip("/")
    named = TensorName(layer, found["tensor"], "weight")
    return _Sibling(layer, found["tensor"]) if not layer or is_layer(named) else None


def may_be_sibling(tag: str) -> bool:
    """Return whether a histogram is of a layer where its tag is one of a pair."""
    return _sibling(tag) is not None


def sibling_names(tags: Collection[str]) -> dict[str, TensorName]:
    """Return what those of some tags of one run and stream are of that come in pairs.

    Args:
        tags: of histograms, of which nothing else tells what they are of.

    >>> sibling_names(["fc1/W_fc1:0", "fc1/b_fc1:0", "W", "z/w"])
    {'fc1/W_fc1:0': TensorName(layer='fc1', tensor='W', kind='weight'), \
'fc1/b_fc1:0': TensorName(layer='fc1', tensor='b', kind='weight')}
    """
    layers: dict[str, dict[str, str]] = defaultdict(dict)
    for tag in tags:
        if (found := _sibling(tag)) is not None:
            layers[found.layer][tag] = found.tensor
    names: dict[str, TensorName] = {}
    for layer, tensors in layers.items():
        weights = [tensor for tensor in tensors.values() if tensor not in _BIASES]
        if len(weights) == 1 and len(tensors) == 2:
            named = layer or weights[0]
            names |= {tag: TensorName(named, each, "weight") for tag, each in tensors.items()}
    return names
