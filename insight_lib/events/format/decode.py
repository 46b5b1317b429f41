"""Buffers of event files -> Arrow tables."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from insight_lib.errors import InputError
from insight_lib.events.format import event, tfrecord
from insight_lib.events.format.artifacts import artifacts_table
from insight_lib.events.format.columns import histograms_table, quarantine_table, scalars_table
from insight_lib.events.format.event import read_events
from insight_lib.events.format.intern import intern
from insight_lib.events.format.kernels import Bytes, Scratch
from insight_lib.events.format.parsed import Parsed
from insight_lib.events.format.plugins import declared_plugins, undeclared_tags
from insight_lib.events.format.routing import route

MAX_BUFFER_BYTES = tfrecord.MAX_PAYLOAD_BYTES + tfrecord.FRAME_BYTES
"""The longest possible record, and the most that a column of Arrow's 32-bit offsets can hold."""


@dataclass(frozen=True)
class Decoded:
    """What a stretch of an event file holds.

    Every value of every intact record is one row of one of the first three tables, every intact
    record without values one row of ``artifacts``. The spans of the intact records and those in
    ``quarantine`` tile the bytes from where the stretch started up to ``read_to``.

    Attributes:
        scalars: tag dictionary of strings, step int64, wall_time double (seconds since the Unix
            epoch), value double (NaN and infinities as they are), record_offset int64 (absolute),
            value_index int32.
        histograms: tag, step, wall_time, left_edges, right_edges and counts list<double>,
            record_offset, value_index.
        artifacts: tag string, step, wall_time, plugin string, payload binary, record_offset,
            value_index.
        quarantine: offset int64 (absolute) and length int64 of a span, reason string.
        read_to: absolute end of the last complete record or quarantined span; what lies beyond is
            not complete yet.
        records: complete records whose header holds, with those whose payload is damaged.
        plugins: tag -> plugin that it was first declared as, here or before.
        undeclared: tags of values without a plugin, which an earlier declaration would have
            given one; simple values have no need of it.
        file_version: the first file version event, such as ``brain.Event:2``; None without one.
    """

    scalars: pa.Table
    histograms: pa.Table
    artifacts: pa.Table
    quarantine: pa.Table
    read_to: int
    records: int
    plugins: dict[str, str]
    undeclared: frozenset[str]
    file_version: str | None


def decode(
    buffer: bytes | bytearray | memoryview | Bytes,
    base_offset: int,
    known_plugins: Mapping[str, str],
    scratch: Scratch | None = None,
) -> Decoded:
    r"""Decode the records of a buffer.

    Tags that are no valid UTF-8 keep their odd bytes as escapes (``\xff``).

    Args:
        buffer: bytes of an event file that start where a record starts; up to 2 GiB. Nothing of
            it is kept.
        base_offset: where the buffer starts in the file.
        known_plugins: ``Decoded.plugins`` of what came before in the file.
        scratch: memory to work in, of whoever decodes one buffer after the other.

    Raises:
        InputError: the buffer is longer than 2 GiB.
    """
    data = np.frombuffer(buffer, np.uint8)
    data.flags.writeable = False
    if len(data) > MAX_BUFFER_BYTES:
        raise InputError(
            f"cannot decode {len(data)} bytes at once, the limit is {MAX_BUFFER_BYTES}: "
            "pass the file in pieces, or use read_span"
        )
    parsed, plugins = _parse(data, base_offset, known_plugins, scratch or Scratch())
    spans = parsed.spans
    return Decoded(
        scalars=scalars_table(parsed),
        histograms=histograms_table(parsed),
        artifacts=artifacts_table(parsed),
        quarantine=quarantine_table(parsed),
        read_to=base_offset + (int(spans["stop"][-1]) if len(spans) else 0),
        records=_count_records(parsed),
        plugins=plugins,
        undeclared=undeclared_tags(parsed.values, parsed.tags, parsed.tag_names, parsed.plugins),
        file_version=_file_version(parsed),
    )


def _parse(
    data: Bytes, base_offset: int, known_plugins: Mapping[str, str], scratch: Scratch
) -> tuple[Parsed, dict[str, str]]:
    """Run the layers over a buffer; also the plugins of tags, known and new."""
    spans = tfrecord.scan(data, scratch)
    events, values = read_events(data, spans, scratch)
    tags, tag_names = intern(data, values["tag_start"], values["tag_stop"])
    plugins, names, declared = declared_plugins(data, values, tags, tag_names, known_plugins)
    routes = route(data, values, plugins)
    parsed = Parsed(
        data, base_offset, spans, events, values, routes, tags, tag_names, plugins, names
    )
    return parsed, declared


def _count_records(parsed: Parsed) -> int:
    statuses = parsed.spans["status"][parsed.odd].tolist()
    return len(parsed.spans) - sum(s not in tfrecord.RECORD_STATUSES for s in statuses)


def _file_version(parsed: Parsed) -> str | None:
    rows = parsed.bare[parsed.events["what"][parsed.bare] == event.FILE_VERSION][:1]
    versions = event.event_texts(parsed.buffer, parsed.spans, parsed.events, rows)
    return versions[0] if versions else None
