"""The place of layers along the forward pass, where their writer does not say it.

Programs log the weights of a model layer by layer, as ``named_parameters`` and
``trainable_variables`` list them, from the input to the output.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from insight_lib.dissection.layers.source_series import SummarySeries

Written = tuple[str, int, int]
"""File, record and value: where something was written."""

# Gradients may be logged from the output down, as a hook sees them.
_KINDS = ("weight", "gradient", "update")


def depths(
    series: Sequence[SummarySeries], taken: Sequence[bool], written: Sequence[Written]
) -> list[int | None]:
    """Return the depth of the layer of each series: as it was stated, or by the order of layers.

    None of a layer of which activations alone were logged, of the only layer, and where any depth
    of the run was stated and this one was not.

    Args:
        series: of any number of runs.
        taken: of each whether statistics are taken of it.
        written: of each where its first summary was written.
    """
    first: dict[str, dict[str, dict[str, Written]]] = defaultdict(lambda: defaultdict(dict))
    for one, is_taken, place in zip(series, taken, written, strict=True):
        if is_taken and one.name is not None and one.name.kind in _KINDS:
            known = first[one.run_id][one.name.kind]
            known[one.name.layer] = min(place, known.get(one.name.layer, place))
    stated = {one.run_id for one in series if one.meta is not None}
    places = {
        (run_id, layer): place
        for run_id, kinds in first.items()
        if run_id not in stated
        for place, layer in enumerate(_in_order(kinds))
        if any(len(written) > 1 for written in kinds.values())
    }
    return [_stated_depth(one) if one.run_id in stated else _place(one, places) for one in series]


def _stated_depth(one: SummarySeries) -> int | None:
    return None if one.meta is None else one.meta.depth


def _place(one: SummarySeries, places: dict[tuple[str, str], int]) -> int | None:
    return None if one.name is None else places.get((one.run_id, one.name.layer))


def _in_order(kinds: dict[str, dict[str, Written]]) -> list[str]:
    """Return the layers from the input to the output.

    By their numbers, where these are all that their names differ in; else in the order of the first
    write, of one kind that has all of them if there is one. What was written in the order of the
    alphabet is taken in that of its numbers: ``layer10`` after ``layer2``.
    """
    together: dict[str, Written] = {}
    for written in kinds.values():
        for layer, place in written.items():
            together[layer] = min(place, together.get(layer, place))
    if len({re.sub(r"\d+", "#", layer) for layer in together}) == 1:
        return sorted(together, key=_numbered)
    complete = (kinds[kind] for kind in _KINDS if len(kinds.get(kind, ())) == len(together))
    first = next(complete, together)
    order = sorted(first, key=lambda layer: first[layer])
    return sorted(order, key=_numbered) if order == sorted(order) else order


def _numbered(layer: str) -> list[tuple[int, str]]:
    parts = re.split(r"(\d+)", layer)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
