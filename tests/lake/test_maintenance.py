"""What maintenance keeps, deletes, refuses and says."""

import os
import time
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from insight_lib.cli.main import main
from insight_lib.errors import InputError, LakeError
from insight_lib.events.ingest.ledger import read_ledger
from insight_lib.events.ingest.plan import plan_events
from insight_lib.events.ingest.read_task import ROW_TABLES, ParseTask, parse
from insight_lib.events.ingest.stage import ingest_events
from insight_lib.files.log_root import check_roots
from insight_lib.lake.batch_log import write_plan
from insight_lib.lake.compaction import compact
from insight_lib.lake.contract import contract, table_names
from insight_lib.lake.lock import only_writer
from insight_lib.lake.maintenance import maintain
from insight_lib.lake.parquet import write_data_file
from insight_lib.lake.scan import read_rows
from insight_lib.lake.session import spark_session
from insight_lib.lake.sql import query
from tests.events.writing import write_scalars
from tests.in_process import InProcess

A_WEEK_AND_A_DAY_S = 192 * 3600


def rows_of(lake, name="scalars"):
    return sorted(map(repr, lake.read(name).to_pylist()))


def data_files(lake, name="scalars"):
    return {path.name for path in (lake.root / name).glob("*.parquet")}


@pytest.fixture
def age(lake):
    """Let everything that a table's files and log say have happened eight days earlier."""

    def age(name):
        then = time.time() - A_WEEK_AND_A_DAY_S
        for path in (lake.root / name).rglob("*"):
            os.utime(path, (then, then))

    return age


@pytest.mark.usefixtures("_small_targets")
def test_a_second_time_there_is_nothing_to_do(lake, here, nights):
    nights(12)
    maintain(lake, here)
    versions = {name: lake.delta(name).version() for name in table_names()}
    again = InProcess()
    assert maintain(lake, again) == []
    assert not any("compact" in what for what in again.asked)
    assert {name: lake.delta(name).version() for name in table_names()} == versions


def test_a_table_of_one_file_or_none_is_left_alone_and_no_worker_is_asked(lake, here, scalars):
    rows = scalars({"step": 1})
    file = write_data_file(lake.table_uri("scalars"), "scalars", "batch-00000000", rows)
    lake.append("scalars", [file], "events", 0)
    assert maintain(lake, here) == []
    assert here.asked == []


def test_a_reader_goes_on_with_the_files_that_it_knew(lake, here, nights):
    nights(6)
    known = [file.path for file in lake.files("scalars")]
    before = rows_of(lake)
    maintain(lake, here)
    nights(1, first=6)
    assert not {file.path for file in lake.files("scalars")} & set(known)
    rows = read_rows(lake.table_uri("scalars"), "scalars", known)
    assert sorted(map(repr, rows.to_pylist())) == before


@pytest.mark.parametrize("checkpoint", [False, True], ids=["known", "forgotten by a checkpoint"])
def test_replaced_files_are_deleted_after_the_retention_and_live_ones_never(
    lake, here, nights, age, monkeypatch, checkpoint
):
    nights(6)
    replaced = data_files(lake)
    then = time.time() - A_WEEK_AND_A_DAY_S
    with monkeypatch.context() as earlier:
        earlier.setattr("insight_lib.lake.tables.time.time", lambda: then)
        compact(lake, here, "scalars")
    if checkpoint:
        lake.delta("scalars").create_checkpoint()
    nights(3, first=6)
    lately = {file.path for file in lake.files("scalars")}
    age("scalars")
    before = rows_of(lake)
    [done] = maintain(lake, here)
    assert done.vacuumed == len(replaced) == 12
    live = {file.path for file in lake.files("scalars")}
    assert data_files(lake) == live | lately  # replaced just now, though written long ago
    assert rows_of(lake) == before
    assert maintain(lake, here) == []


def test_what_a_killed_attempt_left_is_deleted_after_the_retention(lake, here, nights, age):
    nights(1)
    nights(1, first=1)
    maintain(lake, here)
    stray = lake.root / "scalars" / "arranged-stray.parquet"
    stray.write_bytes(b"half a file")
    assert maintain(lake, here) == []
    age("scalars")
    [done] = maintain(lake, here)
    assert done.vacuumed == 1
    assert not stray.exists()


def test_a_retention_in_which_readers_are_at_work_is_refused(lake, here):
    with pytest.raises(InputError, match=r"of 167 hours .*give 168 hours or more"):
        maintain(lake, here, 167)


def test_an_interrupted_batch_must_be_repeated_first(lake, here, nights):
    nights(3)
    write_plan(lake, "events", {"slices": [], "replaced": []})
    before = lake.files("scalars")
    with pytest.raises(LakeError, match=r"batch 0 of events was interrupted .*`insight nightly"):
        maintain(lake, here)
    assert lake.files("scalars") == before


def test_ingestion_goes_on_exactly_once(lake, here, tmp_path):
    """A batch interrupted between its commits is repeated correctly over compacted files."""
    root = tmp_path / "logs"
    for night in range(3):
        write_scalars(root / "a" / "events.out.tfevents.1.host", range(4 * night, 4 * night + 4))
        ingest_events(lake, here, check_roots([root]))
    committed = [lake.committed(name, "events") for name in (*ROW_TABLES, "event_files")]
    maintain(lake, here)
    assert [lake.committed(name, "events") for name in (*ROW_TABLES, "event_files")] == committed
    assert ingest_events(lake, here, check_roots([root])).files_read == 0

    write_scalars(root / "a" / "events.out.tfevents.1.host", range(12, 16))
    plan = plan_events(check_roots([root]), read_ledger(lake))
    stored = {"slices": [piece.to_json() for piece in plan.ranges], "replaced": []}
    batch = write_plan(lake, "events", stored)
    uris = {name: lake.table_uri(name) for name in ROW_TABLES}
    written = parse(ParseTask(batch, uris, plan.ranges))
    lake.append("scalars", written.files["scalars"], "events", batch)
    assert compact(lake, here, "scalars")
    assert ingest_events(lake, here, check_roots([root])).records == 4
    assert sorted(lake.read("scalars")["step"].to_pylist()) == list(range(16))


@pytest.mark.slow
def test_every_table_can_be_compacted_and_sql_reads_it(lake, here, nights):
    nights(5)
    for name in set(table_names()) - {"scalars"}:
        for night in range(3):
            row = {
                column.name: _some(column.type, night)
                for column in contract(name).columns
                if not column.nullable
            }
            rows = pa.Table.from_pylist([row], schema=contract(name).schema)
            file = write_data_file(lake.table_uri(name), name, f"batch-{night:08d}", rows)
            lake.append(name, [file], "test", night)
    before = {name: rows_of(lake, name) for name in table_names()}
    done = maintain(lake, here)
    assert {one.table for one in done} == set(table_names())
    assert {name: rows_of(lake, name) for name in table_names()} == before
    for name in table_names():
        assert len(lake.files(name)) == 1
        found = query(lake, f"SELECT count(*) AS rows FROM {name}")  # noqa: S608
        assert found["rows"].to_pylist() == [len(before[name])]


def test_spark_compacts_and_reads_what_it_compacted(lake, workers, nights):
    nights(5)
    before = rows_of(lake)
    [done] = maintain(lake, workers)
    assert (done.files_before, done.files_after) == (10, 1)
    assert rows_of(lake) == before
    frame = spark_session().read.format("delta").load(str(lake.root / "scalars"))
    seen = [(row.run_id, row.step) for row in frame.select("run_id", "step").collect()]
    rows = lake.read("scalars", ["run_id", "step"]).to_pylist()
    assert sorted(seen) == sorted((row["run_id"], row["step"]) for row in rows)


def _some(kind, number):
    if pa.types.is_string(kind):
        return f"logs/{number}"
    if pa.types.is_map(kind) or pa.types.is_list(kind):
        return []
    if pa.types.is_binary(kind):
        return bytes([number])
    if pa.types.is_timestamp(kind):
        return datetime.fromtimestamp(number, UTC)
    return kind.to_pandas_dtype()(number)


@pytest.mark.usefixtures("workers")
def test_the_command_repeats_an_interrupted_batch_first(lake, tmp_path, capsys):
    root = tmp_path / "logs"
    write_scalars(root / "a" / "events.out.tfevents.1.host", range(4))
    plan = plan_events(check_roots([root]), {})
    stored = {"slices": [piece.to_json() for piece in plan.ranges], "replaced": []}
    write_plan(lake, "events", stored)
    assert main(["maintain", "--lake", str(lake.root)]) == 0
    assert "batch 0 was interrupted and has been repeated first" in capsys.readouterr().err
    assert sorted(lake.read("scalars")["step"].to_pylist()) == list(range(4))
    assert main(["maintain", "--lake", str(lake.root)]) == 0
    assert capsys.readouterr().out == "maintain: nothing to do\n"


@pytest.mark.usefixtures("workers")
def test_the_command_says_what_it_did_and_needs_the_lake_for_itself(lake, nights, capsys):
    nights(3)
    assert main(["maintain", "--lake", str(lake.root)]) == 0
    said = capsys.readouterr().out
    assert "scalars" in said
    assert "maintain: 6 files of 1 tables are now 1, 0 replaced files deleted" in said
    assert main(["maintain", "--lake", str(lake.root)]) == 0
    assert capsys.readouterr().out == "maintain: nothing to do\n"
    assert main(["maintain", "--lake", str(lake.root), "--retention-hours", "1"]) == 2
    with only_writer(lake.root):
        assert main(["maintain", "--lake", str(lake.root)]) == 2
    assert "a pipeline is already writing" in capsys.readouterr().err
