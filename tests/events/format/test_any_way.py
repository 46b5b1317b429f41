"""A damaged file gives the same rows in chunks, in pieces and in batches of any size."""

from dataclasses import replace
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto.event_pb2 import Event

from insight_lib.events.format.decode import decode
from insight_lib.events.format.read import GAP_GOES_ON, read_span
from insight_lib.events.ingest.plan import plan_events
from insight_lib.events.ingest.read_task import ROW_TABLES, ParseTask
from insight_lib.events.ingest.split_file import read_task
from insight_lib.lake.scan import read_rows
from tests.in_process import InProcess

PLACES = st.floats(0, 1, exclude_max=True)
DAMAGES = st.lists(
    st.tuples(
        st.sampled_from(("flip", "hole", "loss", "noise", "records", "length")),
        PLACES,
        st.integers(1, 120),
        st.randoms(use_true_random=False),
    ),
    max_size=4,
)
CUTS = st.lists(PLACES, max_size=4)


@pytest.fixture(scope="module")
def sound(mixed_records, framed):
    """Records of every kind, and one with records inside."""
    inner = b"".join(mixed_records[:4])
    outer = framed(Event(wall_time=1.0, graph_def=inner).SerializeToString())
    return b"".join(mixed_records) + outer + b"".join(mixed_records)


@pytest.fixture(scope="module")
def damaged(sound, mixed_records, framed):
    def damaged(damages):
        data = sound
        for kind, where, length, chance in damages:
            at = int(where * len(data))
            middle, after = data[at : at + length], data[at + length :]
            if kind == "flip":
                middle = bytes([middle[0] ^ chance.randrange(1, 256)]) + middle[1:]
            elif kind == "hole":
                middle = bytes(len(middle))
            elif kind == "loss":
                middle = b""
            elif kind == "noise":
                middle += chance.randbytes(length)
            elif kind == "records":
                middle += mixed_records[length % len(mixed_records)]
            else:  # a header that holds, of a record that may reach behind the file's end
                middle += framed(bytes(20 * length))[:12]
            data = data[:at] + middle + after or b"\0"
        return data

    return damaged


def rows_of(tables):
    return [repr(table.to_pylist()) for table in tables]


@given(damages=DAMAGES, chunk_bytes=st.integers(1, 2500))
def test_in_chunks(tmp_path_factory, damaged, damages, chunk_bytes):
    path = tmp_path_factory.mktemp("chunks") / "tfevents"
    data = damaged(damages)
    path.write_bytes(data)
    whole = decode(data, 0, {})
    pieces = [*read_span(path, 0, len(data), {}, chunk_bytes), decode(b"", 0, {})]
    for name in ROW_TABLES:
        found = [row for piece in pieces for row in getattr(piece, name).to_pylist()]
        assert repr(found) == repr(getattr(whole, name).to_pylist())
    assert max(piece.read_to for piece in pieces) == whole.read_to
    assert sum(piece.records for piece in pieces) == whole.records
    assert pieces[-2].plugins == whole.plugins if whole.read_to else len(pieces) == 1


class Reading:
    """Reads a file that grows, batch by batch, and keeps the rows of its files."""

    def __init__(self, folder):
        self.logs = folder / "logs"
        self.logs.mkdir()
        self.path = self.logs / "events.out.tfevents.1.host"
        self.uris = {name: (folder / name).as_uri() for name in ROW_TABLES}
        self.files = {name: [] for name in ROW_TABLES}

    def take(self, data, entry, piece_bytes):
        """Read what is new and return the ledger's entry."""
        self.path.write_bytes(data)
        [whole] = plan_events([self.logs], {}).ranges
        if entry is not None:
            whole = replace(whole, entry=replace(entry, size=len(data)))
        task = ParseTask(1, self.uris, (whole,))
        [result] = read_task(InProcess(), task, 4, piece_bytes)
        for name in ROW_TABLES:
            self.files[name] += [file.path for file in result.files[name]]
        [entry] = result.entries
        return entry

    def rows(self):
        """The rows of each table in the order of the file."""
        for name in ROW_TABLES:
            rows = read_rows(self.uris[name], name, self.files[name])
            place = ["offset"] if name == "quarantine" else ["record_offset", "value_index"]
            yield rows.sort_by([(column, "ascending") for column in place])


def joined(quarantine):
    """Spans, with what goes on joined to what it goes on from."""
    spans = []
    for row in quarantine.to_pylist():
        if row["reason"] == GAP_GOES_ON:
            assert spans[-1]["offset"] + spans[-1]["length"] == row["offset"]
            spans[-1]["length"] += row["length"]
        else:
            spans.append(row)
    return pa.Table.from_pylist(spans, schema=quarantine.schema)


def without_time(entry):
    return replace(entry, modified_ns=0, head_digest="", head_bytes=0)


@given(damages=DAMAGES, piece_bytes=st.integers(60, 900))
def test_in_pieces(tmp_path_factory, damaged, damages, piece_bytes):
    data = damaged(damages)
    folders = [tmp_path_factory.mktemp("pieces") for _ in range(2)]
    whole, split = [Reading(folder) for folder in folders]
    split.path = whole.path
    split.logs = whole.logs
    entries = [whole.take(data, None, len(data)), split.take(data, None, piece_bytes)]
    assert without_time(entries[0]) == without_time(entries[1])
    assert rows_of(whole.rows()) == rows_of(split.rows())


@given(damages=DAMAGES, cuts=CUTS, piece_bytes=st.sampled_from((200, 10**6)))
def test_in_batches(tmp_path_factory, damaged, damages, cuts, piece_bytes):
    data = damaged(damages)
    stops = sorted({int(place * len(data)) for place in cuts} | {0, len(data)})
    at_once, growing = [Reading(tmp_path_factory.mktemp("batches")) for _ in range(2)]
    growing.path = at_once.path
    growing.logs = at_once.logs
    whole = at_once.take(data, None, len(data))
    entry = None
    for _, stop in pairwise(stops):
        entry = growing.take(data[:stop], entry, piece_bytes)
    *expected, spans = at_once.rows()
    *found, found_spans = growing.rows()
    assert rows_of(found) == rows_of(expected)
    assert rows_of([joined(found_spans)]) == rows_of([spans])
    kept = {"quarantined": 0}
    assert replace(without_time(entry), **kept) == replace(without_time(whole), **kept)
