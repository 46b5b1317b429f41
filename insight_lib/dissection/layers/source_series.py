"""The series that layer statistics come from: what each is of, and which of several is taken."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pyarrow as pa

from insight_lib.columnar.arrays import Integers
from insight_lib.columnar.grouping import group_numbers, group_spans, keys_of
from insight_lib.dissection.layers.sibling_names import sibling_names
from insight_lib.dissection.layers.tag_conventions import TensorName, histogram_name, scalar_name
from insight_lib.dissection.layers.traced_tags import traced_name
from insight_lib.dissection.summary_source import COMPACT, HISTOGRAM, SCALAR, SNAPSHOT
from insight_lib.tracer.stats_format import LayerMeta, parse_meta

NOT_A_LAYER_TAG = "its tag is not <layer>/<tensor>/<kind>/stats, or .../snapshot"
NO_METADATA = "its series has no metadata that describes the layer"
UNKNOWN_VERSION = "its metadata is not version 1 of the format"

_KEYS = ("run_id", "stream", "tag", "source")
# A compact summary and a snapshot tell of the same steps: they complete each other.
_FAMILIES = {COMPACT: 0, SNAPSHOT: 0, HISTOGRAM: 1, SCALAR: 2}
_STREAMS = ("train", ".")
"""Where what happens in training is written; any other stream, such as validation, comes after."""


@dataclass(frozen=True)
class SummarySeries:
    """The summaries of one tag.

    Attributes:
        run_id: the run.
        stream: where they were written.
        tag: theirs.
        source: one of ``summary_source.SOURCES``.
        name: the tensor; None where the tag names none.
        meta: what the writer says of the layer; None where it does not.
        reason: why none of them can be taken; None where they can.
    """

    run_id: str
    stream: str
    tag: str
    source: str
    name: TensorName | None
    meta: LayerMeta | None = None
    reason: str | None = None


def find_series(measured: pa.Table) -> tuple[list[SummarySeries], Integers]:
    """Return the series of measured summaries, and the number of each row's series (n,).

    Depth, type and activation come from the first metadata of a series, because writers need to
    send it only once.
    """
    order, spans = group_spans(measured, _KEYS)
    keys = keys_of(measured, _KEYS, order, spans)
    contents = _first_contents(measured, order, spans)
    found = [_series(key, content) for key, content in zip(keys, contents, strict=True)]
    return _with_siblings(found), group_numbers(order, spans)


def _with_siblings(series: Sequence[SummarySeries]) -> list[SummarySeries]:
    """Name the histograms whose tags say what they are of only together."""
    unnamed: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in series:
        if one.source == HISTOGRAM and one.name is None:
            unnamed[one.run_id, one.stream].append(one.tag)
    names = {key: sibling_names(tags) for key, tags in unnamed.items()}
    return [
        replace(one, name=names[one.run_id, one.stream].get(one.tag))
        if one.source == HISTOGRAM and one.name is None
        else one
        for one in series
    ]


def chosen(series: Iterable[SummarySeries]) -> list[bool]:
    """Return for each series whether it is taken.

    A tensor's series is of one source: what TensorTracer wrote, or else the tensor's histograms, or
    else its norms. Sources are not mixed, because others count steps in their own way (Keras's
    histograms bear the epoch) and a histogram's norm is not exact. Of several tags or streams of
    one source that name one tensor, training's comes first, then the shortest tag.
    """
    every = list(series)
    families: dict[tuple[str, TensorName], int] = {}
    best: dict[tuple[str, TensorName, str], tuple[int, str, int, str]] = {}
    for one in every:
        if one.name is None or one.reason is not None:
            continue
        family, rank = _FAMILIES[one.source], _rank(one)
        tensor = (one.run_id, one.name)
        families[tensor] = min(families.get(tensor, family), family)
        key = (*tensor, one.source)
        best[key] = min(best.get(key, rank), rank)
    return [
        one.name is not None
        and one.reason is None
        and families[one.run_id, one.name] == _FAMILIES[one.source]
        and best[one.run_id, one.name, one.source] == _rank(one)
        for one in every
    ]


def _first_contents(measured: pa.Table, order: Integers, spans: list[slice]) -> list[bytes]:
    contents = measured["content"]
    lengths = np.asarray(pa.compute.binary_length(contents).fill_null(0))[order]
    first = [span.start + int(np.argmax(lengths[span] > 0)) for span in spans]
    taken = contents.take(pa.array(order[first] if spans else order[:0]))
    return [content or b"" for content in taken.to_pylist()]


def _series(key: tuple[str, ...], content: bytes) -> SummarySeries:
    run_id, stream, tag, source = key
    if source in (HISTOGRAM, SCALAR):
        name = histogram_name(tag) if source == HISTOGRAM else scalar_name(tag)
        return SummarySeries(run_id, stream, tag, source, name)
    found = traced_name(tag)
    if found is None:
        return SummarySeries(run_id, stream, tag, source, None, reason=NOT_A_LAYER_TAG)
    name = TensorName(found.layer, found.tensor, found.kind)
    meta = _meta(content)
    if isinstance(meta, str):
        return SummarySeries(run_id, stream, tag, source, name, reason=meta)
    return SummarySeries(run_id, stream, tag, source, name, meta)


@cache
def _meta(content: bytes) -> LayerMeta | str:
    return parse_meta(content) or (UNKNOWN_VERSION if content else NO_METADATA)


def _rank(one: SummarySeries) -> tuple[int, str, int, str]:
    known = one.stream in _STREAMS
    stream = _STREAMS.index(one.stream) if known else len(_STREAMS)
    return stream, one.stream, len(one.tag), one.tag
