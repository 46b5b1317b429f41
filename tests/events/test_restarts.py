"""Which records are current, against TensorBoard's two loaders on real directories."""

import math
import struct
import time
from itertools import count

import pyarrow as pa
import pytest
import tensorboard_data_server
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.context import RequestContext
from tensorboard.data.provider import RunTagFilter
from tensorboard.data.server_ingester import ServerBinary, SubprocessServerDataIngester
from tensorboard.util.grpc_util import ChannelCredsType

from insight_lib.events.current_rows import current_rows, places
from insight_lib.events.format.decode import decode
from insight_lib.events.ingest.placement import place_files
from insight_lib.lake.contract import contract
from insight_lib.lake.parquet import write_data_file
from insight_lib.lake.sql import query
from insight_lib.lake.tables import open_lake
from tests.events.finding import find_event_files

NAN = math.nan
FILES = ("events.out.tfevents.1.a", "events.out.tfevents.10.a", "events.out.tfevents.2.a")


def version(number=2):
    return Event(wall_time=1.0, file_version=f"brain.Event:{number}")


def start(step):
    return Event(wall_time=5.0, step=step, session_log=SessionLog(status=SessionLog.START))


def point(step, value, tag="loss", wall_time=5.0):
    summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
    return Event(wall_time=wall_time, step=step, summary=summary)


def points(*steps, first=0):
    return [point(step, float(first + place)) for place, step in enumerate(steps)]


@pytest.fixture(scope="module")
def write(framed):
    def write(path, events):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.writelines(framed(event.SerializeToString()) for event in events)

    return write


def scalars_below(root):
    """Rows of table ``scalars`` of all files below a log root."""
    tables = []
    for file in place_files(root, find_event_files(root)):
        found = decode(file.path.read_bytes(), 0, {}).scalars
        stated = {"run_id": file.run_id, "stream": file.stream, "file_id": file.file_id}
        for name, text in stated.items():
            found = found.append_column(name, pa.array([text] * found.num_rows, pa.string()))
        tables.append(found.select(contract("scalars").schema.names))
    return pa.concat_tables(tables).cast(contract("scalars").schema)


def series(rows):
    """Step and value of each record by directory and tag, both in the order of the rows."""
    found = {}
    for row in rows.to_pylist():
        stream = "" if row["stream"] == "." else f"/{row['stream']}"
        folder = f"{row['run_id']}{stream}".partition("/")[2]
        found.setdefault((folder, row["tag"]), []).append((row["step"], row["value"]))
    return found


def by_data_server(root, expected):
    """The same of TensorBoard's data server, restarted on the log root, nothing left out.

    It answers while it still loads, each directory at once, so it is asked until it has answered
    what is expected, or for 20 seconds.
    """
    binary = ServerBinary(
        tensorboard_data_server.server_binary(), tensorboard_data_server.__version__
    )
    ingester = SubprocessServerDataIngester(
        binary,
        str(root),
        reload_interval=0,
        channel_creds_type=ChannelCredsType.LOCAL,
        samples_per_plugin={"scalars": 0},
    )
    ingester.start()
    try:
        for _ in range(100):
            shown = asked(ingester.data_provider)
            if shown == expected:
                break
            time.sleep(0.2)
    finally:
        ingester._stdin_handle.close()
    return shown


def asked(provider):
    found = provider.read_scalars(
        RequestContext(),
        experiment_id="",
        plugin_name="scalars",
        downsample=10**6,
        run_tag_filter=RunTagFilter(),
    )
    return {
        (run.removeprefix("."), tag): [(datum.step, datum.value) for datum in data]
        for run, tags in found.items()
        for tag, data in tags.items()
        if data
    }


def by_accumulator(folder):
    return [
        (event.step, event.value)
        for event in EventAccumulator(str(folder), size_guidance={"scalars": 0})
        .Reload()
        .Scalars("loss")
    ]


RECORDS = st.lists(
    st.tuples(
        st.sampled_from(("point", "point", "point", "start")),
        st.sampled_from(("loss", "accuracy")),
        st.sampled_from(("", "train", "validation")),
        st.sampled_from(FILES),
        st.integers(-3, 8),
    ),
    min_size=1,
    max_size=25,
)


@pytest.fixture(scope="module")
def many_runs(tmp_path_factory, write):
    """A log root of random runs: restarts, equal steps, START events, files, streams, tags."""
    root = tmp_path_factory.mktemp("restarts") / "logs"
    number = count()

    @settings(max_examples=150, database=None)
    @given(RECORDS)
    def write_run(records):
        folder = root / f"run{next(number)}"
        write(folder / FILES[0], [version()])
        for place_, (kind, tag, stream, file, step) in enumerate(records):
            event = start(step)
            if kind != "start":
                event = point(step, float(place_), tag)
            write(folder / stream / file, [event])

    write_run()
    return root


def test_the_current_rows_are_what_the_data_server_shows(many_runs):
    rows = scalars_below(many_runs)
    ours = series(current_rows(rows))
    # Of a series that never moves it shows the last point, and all of them count here.
    ours = {
        key: points[-1:] if len(set(points)) > len(dict(points)) == 1 else points
        for key, points in ours.items()
    }
    assert by_data_server(many_runs, ours) == ours
    assert len(ours) > 100
    assert sum(map(len, ours.values())) < rows.num_rows


def test_the_view_of_duckdb_has_the_current_rows(many_runs, tmp_path):
    rows = scalars_below(many_runs)
    lake = open_lake(tmp_path / "lake", create=True)
    file = write_data_file(lake.table_uri("scalars"), "scalars", "b", rows)
    lake.append("scalars", [file], "events", 0)
    statement = "FROM current_scalars ORDER BY run_id, stream, tag, file_id, record_offset"
    assert series(query(lake, statement)) == series(current_rows(rows))


def test_a_series_that_never_passes_a_step_keeps_its_points_where_the_data_server_shows_one(
    tmp_path, write
):
    root = tmp_path / "logs"
    write(root / "a" / FILES[0], [version(), *points(0, 0, 0, 0)])
    write(root / "a" / FILES[2], points(0, 0, first=10))
    rows = scalars_below(root)
    assert series(current_rows(rows)) == {
        ("a", "loss"): [(0, float(value)) for value in (0, 1, 2, 3, 10, 11)]
    }
    steps = [step for step, _ in series(places(current_rows(rows)))[("a", "loss")]]
    assert steps == [0, 1, 2, 3, 4, 5]
    theirs = {("a", "loss"): [(0, 11.0)]}
    assert by_data_server(root, theirs) == theirs


def test_points_written_in_turn_or_behind_a_counters_end_are_in_the_view_of_duckdb(tmp_path, write):
    root = tmp_path / "logs"
    for name, steps in zip(FILES, ((0, 1, 4, 5), (2, 3)), strict=False):
        write(root / "a" / name, [version(), *(point(s, s, wall_time=10.0 + s) for s in steps)])
    counted = [2**31 - 2, 2**31 - 1, -(2**31), -(2**31) + 1]
    write(root / "b" / FILES[0], [version(), *points(*counted)])
    rows = scalars_below(root)
    lake = open_lake(tmp_path / "lake", create=True)
    file = write_data_file(lake.table_uri("scalars"), "scalars", "b", rows)
    lake.append("scalars", [file], "events", 0)
    shown = series(query(lake, "FROM current_scalars ORDER BY run_id, step"))
    assert shown == series(current_rows(rows))
    assert [step for step, _ in shown["a", "loss"]] == [0, 1, 2, 3, 4, 5]
    assert [step for step, _ in shown["b", "loss"]] == [2**31 + place for place in (-2, -1, 0, 1)]


def test_files_of_a_directory_follow_each_other_by_name_not_by_time(tmp_path, write):
    root = tmp_path / "logs"
    write(root / "a" / FILES[1], points(5, 6, first=10))
    write(root / "a" / FILES[2], points(1, 2, first=20))
    write(root / "a" / FILES[0], [point(7, 1.0, wall_time=99.0)])
    ours = series(current_rows(scalars_below(root)))
    assert ours == {("a", "loss"): [(1, 20.0), (2, 21.0)]}
    assert by_data_server(root, ours) == ours


def test_a_file_that_grew_shows_the_steps_that_it_went_on_from(tmp_path, write):
    root = tmp_path / "logs"
    write(root / "a" / FILES[0], points(1, 2, 3))
    before = series(current_rows(scalars_below(root)))
    assert by_data_server(root, before) == before
    write(root / "a" / FILES[0], points(2, 3, 4, first=10))
    ours = series(current_rows(scalars_below(root)))
    assert ours[("a", "loss")] == [(1, 0.0), (2, 10.0), (3, 11.0), (4, 12.0)]
    assert by_data_server(root, ours) == ours


def test_the_data_server_leaves_a_file_at_its_first_damaged_record_and_we_do_not(
    tmp_path, write, framed
):
    root = tmp_path / "logs"
    path = root / "a" / FILES[0]
    write(path, points(1, 2))
    damaged = bytearray(framed(point(3, 9.0).SerializeToString()))
    struct.pack_into("<I", damaged, 8, 0)
    with path.open("ab") as file:
        file.write(damaged)
    write(path, points(4, 5, first=10))
    ours = series(current_rows(scalars_below(root)))
    assert ours[("a", "loss")] == [(1, 0.0), (2, 1.0), (4, 10.0), (5, 11.0)]
    theirs = {("a", "loss"): [(1, 0.0), (2, 1.0)]}
    assert by_data_server(root, theirs) == theirs


def both(folder, write, events):
    """What we and the accumulator show of one file's events."""
    path = folder / "a" / FILES[0]
    write(path, events)
    ours = series(current_rows(scalars_below(folder)))[("a", "loss")]
    return ours, by_accumulator(path)


def test_the_accumulator_keeps_a_step_that_went_back_without_a_start_event(tmp_path, write):
    ours, theirs = both(tmp_path, write, [version(), *points(1, 2, 3, 2, 2)])
    assert ours == [(1, 0.0), (2, 4.0)]
    assert theirs == [(1, 0.0), (2, 1.0), (3, 2.0), (2, 3.0), (2, 4.0)]


def test_the_accumulator_drops_all_tags_at_a_start_event_even_if_nothing_follows(tmp_path, write):
    ours, theirs = both(tmp_path, write, [version(), *points(1, 2, 3), start(2)])
    assert ours == [(1, 0.0), (2, 1.0), (3, 2.0)]
    assert theirs == [(1, 0.0)]


def test_the_accumulator_without_a_version_keeps_a_step_written_twice_in_a_row(tmp_path, write):
    ours, theirs = both(tmp_path, write, points(1, 2, 2))
    assert ours == [(1, 0.0), (2, 2.0)]
    assert theirs == [(1, 0.0), (2, 1.0), (2, 2.0)]


def test_the_accumulator_without_a_version_purges_only_below_the_step_before(tmp_path, write):
    # 1 lies below 5 and purges 5; 3 lies above 1 and purges nothing; 2 lies below 3.
    ours, theirs = both(tmp_path, write, points(5, 1, 3, 2))
    assert ours == theirs == [(1, 1.0), (2, 3.0)]


def test_the_data_server_leaves_a_file_where_an_event_has_no_time_and_we_do_not(tmp_path, write):
    events = [version(), *points(1, 4), point(3, 9.0, wall_time=NAN), point(5, 2.0)]
    ours, by_events = both(tmp_path, write, events)
    assert ours == [(1, 0.0), (3, 9.0), (5, 2.0)]
    assert by_events == [(1, 0.0), (4, 1.0), (3, 9.0), (5, 2.0)]
    theirs = {("a", "loss"): [(1, 0.0), (4, 1.0)]}
    assert by_data_server(tmp_path, theirs) == theirs
