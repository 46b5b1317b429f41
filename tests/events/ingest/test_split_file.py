"""A range that is read in pieces gives what one reading from end to end gives."""

from dataclasses import replace

import numpy as np
import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.util.tensor_util import make_tensor_proto

from insight_lib.events.format.resync import first_record
from insight_lib.events.ingest import split_file, stage
from insight_lib.events.ingest.ledger import read_ledger
from insight_lib.events.ingest.plan import plan_events
from insight_lib.events.ingest.read_task import ROW_TABLES, UNREADABLE, ParseTask, parse
from insight_lib.events.ingest.split_file import read_task
from insight_lib.events.ingest.stage import ingest_events
from insight_lib.lake.tables import open_lake
from tests.in_process import InProcess


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "logs").mkdir()
    return tmp_path


@pytest.fixture
def rows():
    """A function that commits results to a separate lake and returns all rows."""

    def rows(results, lake):
        for name in ROW_TABLES:
            files = [file for result in results for file in result.files[name]]
            lake.append(name, files, "events", 1)
        tables = [lake.read(name).to_pylist() for name in ROW_TABLES]
        return [sorted(map(repr, table)) for table in tables]

    return rows


@pytest.fixture
def same(folder, rows):
    """A function that checks pieces against one reading; returns the jobs and the ledger row."""
    numbers = iter(range(10**6))

    def read(reader, ranges):
        lake = open_lake(folder / f"lake{next(numbers)}", create=True)
        uris = {name: lake.table_uri(name) for name in ROW_TABLES}
        results = reader(ParseTask(1, uris, ranges))
        [entry] = [entry for result in results for entry in result.entries]
        return rows(results, lake), entry

    def same(data, sizes, known=None, start=0):
        path = folder / "logs" / "events.out.tfevents.1.host"
        path.write_bytes(data)
        [whole] = plan_events([folder / "logs"], {}).ranges
        entry = replace(whole.entry, read_to=start, plugins=known or {})
        ranges = (replace(whole, entry=entry),)
        expected = read(lambda task: [parse(task)], ranges)
        for size in sizes:
            workers = InProcess(parallelism=1)
            got = read(lambda task, w=workers, s=size: read_task(w, task, 4, s), ranges)
            assert got == expected, size
        return workers.jobs, expected[1]

    return same


@pytest.fixture
def record(framed):
    """A function that makes a record of a summary value."""
    return lambda value: framed(
        Event(wall_time=5.0, step=3, summary=Summary(value=[value])).SerializeToString()
    )


def again(jobs):
    """The pieces that were read again."""
    return [task.piece for what, tasks in jobs if "again" in what for task in tasks]


def tensor(tag, plugin=None, number=0.5):
    value = Summary.Value(tag=tag, tensor=make_tensor_proto(number))
    if plugin is not None:
        value.metadata.plugin_data.plugin_name = plugin
    return value


def test_every_kind_of_event_comes_out_the_same(same, mixed_records):
    data = b"".join(mixed_records) * 3
    jobs, entry = same(data, [29, 97, 333, 1000, len(data) - 1])
    assert (entry.status, entry.read_to) == ("complete", len(data))
    assert entry.records == 3 * len(mixed_records)
    assert len(jobs[1][1]) == 2


def test_a_sound_file_is_read_once(same, framed, scalar):
    data = b"".join(framed(scalar("a", step, 1.0).SerializeToString()) for step in range(40))
    jobs, _ = same(data, [500])
    assert len(jobs[1][1]) > 2
    assert again(jobs) == []


def test_damage_anywhere_costs_what_it_costs_one_reading(same, mixed_records):
    sound = b"".join(mixed_records)
    chance = np.random.default_rng(7)
    size = 130
    for cut in range(size, len(sound), size):
        flipped = bytearray(sound)
        flipped[max(cut - int(chance.integers(30)), 0)] ^= 1
        hole = bytearray(sound)
        hole[cut - 20 : cut + 20] = bytes(40)
        lost = sound[: cut - 9] + sound[cut + 7 :]
        for data in (flipped, hole, lost, sound[: cut - 3]):
            same(bytes(data), [size])


def test_noise_is_quarantined_as_in_one_reading(same, framed, scalar):
    good = framed(scalar("a", 1, 1.0).SerializeToString())
    noise = np.random.default_rng(1).bytes(900)
    for data in (noise, good + noise, noise + good, good * 3 + noise + good * 3):
        same(data, [64, 150, 400])


def test_records_of_an_event_file_inside_a_payload_are_no_records(same, framed, scalar):
    inner = b"".join(framed(scalar("no", step, 1.0).SerializeToString()) for step in range(30))
    outer = framed(Event(wall_time=1.0, graph_def=inner).SerializeToString())
    good = framed(scalar("yes", 1, 1.0).SerializeToString())
    jobs, entry = same(good * 5 + outer + good * 5, [100, 333, 700, 1000])
    assert entry.records == 11
    [piece] = again(jobs)
    assert piece.start == len(good * 5 + outer) > 1000


def test_a_record_longer_than_pieces_leaves_them_empty(same, framed, scalar):
    good = framed(scalar("a", 1, 1.0).SerializeToString())
    long = framed(Event(wall_time=1.0, graph_def=bytes(3000)).SerializeToString())
    jobs, entry = same(good * 5 + long + good * 5, [100, 1000])
    assert (entry.records, again(jobs)) == (11, [])
    same(good * 5 + long, [100, 1000])
    same(good * 5 + long[:-9], [100, 1000])


def test_a_tag_declared_in_the_first_record_is_known_to_every_piece(same, record):
    image = Summary.Value(tag="t", image=Summary.Image(height=1))
    data = record(tensor("t", "scalars")) + record(tensor("t")) * 20 + record(image)
    jobs, entry = same(data, [100, 300])
    assert entry.plugins == {"t": "scalars"}
    assert again(jobs) != []


def test_a_sound_file_that_declares_its_tags_at_its_start_is_read_once(same, record, monkeypatch):
    monkeypatch.setattr("insight_lib.events.ingest.file_part.CHUNK_BYTES", 100)
    data = record(tensor("t", "scalars")) + record(tensor("t")) * 20
    jobs, entry = same(data, [100, 300])
    assert entry.plugins == {"t": "scalars"}
    assert again(jobs) == []


def test_what_the_start_of_a_file_declares_is_not_known_to_pieces_before_it(
    same, record, monkeypatch
):
    bare = record(tensor("t")) * 3
    monkeypatch.setattr("insight_lib.events.ingest.file_part.CHUNK_BYTES", len(bare))
    same(bare + record(tensor("t", "scalars")) + bare * 5, [60, 100, 300])


def test_a_damaged_cut_costs_one_more_reading_of_one_piece(same, framed, scalar):
    record = framed(scalar("a", 1, 1.0).SerializeToString())
    data = bytearray(record * 100)
    data[1000] ^= 1
    data[2000] ^= 1
    jobs, entry = same(bytes(data), [500])
    assert entry.quarantined == 2
    assert len(again(jobs)) <= 2


def test_the_first_of_two_declarations_of_a_tag_holds(same, record):
    one, other, bare = (record(tensor("t", plugin)) for plugin in ("scalars", "mesh", None))
    _, entry = same(one + bare * 8 + other + bare * 8, [80, 150, 400])
    assert entry.plugins == {"t": "scalars"}
    same(bare * 8 + other + bare * 8 + one, [80, 150, 400])


def test_pieces_of_what_has_grown_know_what_was_declared_before(same, record):
    first = record(tensor("t", "scalars"))
    later = record(tensor("t")) * 20
    jobs, entry = same(first + later, [200], {"t": "scalars"}, len(first))
    assert entry.records == 20
    assert again(jobs) == []


def test_a_time_that_is_no_number_is_neither_the_first_nor_the_last(same, framed, scalar):
    events = [scalar("a", step, 1.0) for step in range(9)]
    for event, time in zip(events, [float("nan"), 5.0, 3.0] * 3, strict=True):
        event.wall_time = time
    _, entry = same(b"".join(framed(event.SerializeToString()) for event in events), [60, 100])
    assert (entry.first_wall_time, entry.last_wall_time) == (3.0, 5.0)


def test_the_first_record_is_found_through_windows_of_any_size(folder, framed):
    path = folder / "tfevents"
    record = framed(bytes(range(1, 101)))
    path.write_bytes(bytes(range(50)) + record + record[:-1])
    size = path.stat().st_size
    for window in (12, 13, 40, 116, 1000):
        assert first_record(path, 0, size, size, window) == 50
        assert first_record(path, 50, 51, size, window) == 50
        assert first_record(path, 51, size, size, window) == 50 + len(record)
        assert first_record(path, 51, size - 1, size - 1, window) == 50 + len(record)
        assert first_record(path, 51, 50 + len(record), size, window) is None
        assert first_record(path, 0, 50, size, window) is None


@pytest.mark.parametrize("missing", [1, 3])
def test_a_file_that_closes_while_it_is_read_counts_up_to_there(
    folder, rows, framed, scalar, missing
):
    """Its pieces from one on find no file, and neither does the reading that repairs them."""
    path = folder / "logs" / "events.out.tfevents.1.host"
    path.write_bytes(
        b"".join(framed(scalar("a", step, 1.0).SerializeToString()) for step in range(40))
    )
    plan = plan_events([folder / "logs"], {})
    lake = open_lake(folder / "lake", create=True)

    class Closing(InProcess):
        def run(self, function, tasks, what):
            if what.startswith("look"):
                return super().run(function, tasks, what)
            found = super().run(function, tasks[:missing], what)
            path.unlink(missing_ok=True)
            return found + super().run(function, tasks[missing:], what)

    uris = {name: lake.table_uri(name) for name in ROW_TABLES}
    results = read_task(Closing(parallelism=1), ParseTask(1, uris, plan.ranges), 4, 500)
    scalars, *_ = rows(results, lake)
    [entry] = results[0].entries
    assert entry.status == UNREADABLE
    assert entry.size == entry.read_to >= 500 * missing
    assert entry.records == len(scalars) < 40


def test_workers_share_a_long_file_and_nothing_else_stays_in_the_lake(
    folder, workers, framed, scalar, monkeypatch
):
    inner = b"".join(framed(scalar("no", step, 1.0).SerializeToString()) for step in range(30))
    outer = framed(Event(wall_time=1.0, graph_def=inner).SerializeToString())
    path = folder / "logs" / "events.out.tfevents.1.host"
    good = [framed(scalar("yes", step, 1.0).SerializeToString()) for step in range(60)]
    path.write_bytes(b"".join(good[:20]) + outer)
    monkeypatch.setattr(
        stage, "read_task", lambda run, task, parts: split_file.read_task(run, task, parts, 1500)
    )
    lake = open_lake(folder / "lake", create=True)
    assert ingest_events(lake, workers, [folder / "logs"]).records == 21
    with path.open("ab") as file:
        file.writelines(good[20:])
    assert ingest_events(lake, workers, [folder / "logs"]).records == 40
    scalars = lake.read("scalars", ["tag", "step"]).to_pylist()
    assert sorted((row["tag"], row["step"]) for row in scalars) == [("yes", s) for s in range(60)]
    [entry] = read_ledger(lake).values()
    assert (entry.status, entry.records) == ("complete", 61)
    live = {file.path for file in lake.files("scalars")}
    assert {file.name for file in (lake.root / "scalars").glob("*.parquet")} == live
