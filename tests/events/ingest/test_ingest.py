"""Ingestion into a real lake by Spark workers, of files that TensorBoard's own writer wrote."""

import pytest

from insight_lib.errors import InputError
from insight_lib.events.ingest.ledger import read_ledger
from insight_lib.events.ingest.plan import plan_events
from insight_lib.events.ingest.read_task import ROW_TABLES, ParseTask, parse
from insight_lib.events.ingest.stage import ingest_events
from insight_lib.events.runs.stage import RUNS
from insight_lib.files.log_root import check_roots
from insight_lib.lake.batch_log import pending_plan, write_outcome, write_plan
from insight_lib.lake.run_stage import run_stage
from insight_lib.lake.sql import query
from insight_lib.lake.tables import open_lake
from tests.events.writing import write_scalars


@pytest.fixture
def lake(tmp_path):
    return open_lake(tmp_path / "lake", create=True)


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


@pytest.fixture
def ingest(lake, workers, root):
    return lambda: ingest_events(lake, workers, check_roots([root]))


@pytest.fixture
def steps(lake):
    return lambda: sorted(lake.read("scalars", ["step"])["step"].to_pylist())


def test_a_growing_file_is_read_from_where_it_was_left(root, ingest, steps):
    file = root / "a" / "events.out.tfevents.1.host"
    write_scalars(file, range(3))
    assert ingest().records == 3
    write_scalars(file, range(3, 5))
    grown = ingest()
    assert (grown.files_read, grown.records) == (1, 2)
    assert steps() == [0, 1, 2, 3, 4]
    assert ingest().files_read == 0


def test_an_incomplete_last_record_waits_and_is_read_when_complete(root, ingest, steps, lake):
    file = root / "a" / "events.out.tfevents.1.host"
    write_scalars(file, range(3))
    whole = file.read_bytes()
    file.write_bytes(whole[:-5])
    ingest()
    assert steps() == [0, 1]
    [entry] = read_ledger(lake).values()
    assert entry.status == "waiting"
    assert entry.quarantined == 0
    file.write_bytes(whole)
    ingest()
    assert steps() == [0, 1, 2]
    [entry] = read_ledger(lake).values()
    assert (entry.status, entry.read_to, entry.records) == ("complete", len(whole), 3)


def test_a_replaced_file_is_a_new_generation_and_the_old_one_is_marked(root, ingest, lake):
    file = root / "a" / "events.out.tfevents.1.host"
    write_scalars(file, range(5))
    ingest()
    write_scalars(file, range(10, 12), mode="wb")
    ingest()
    rows = lake.read("event_files", ["file_id", "generation", "status"]).to_pylist()
    assert sorted((r["generation"], r["status"]) for r in rows) == [
        (1, "replaced"),
        (2, "complete"),
    ]
    assert {r["file_id"] for r in rows} == {
        "logs/a/events.out.tfevents.1.host",
        "logs/a/events.out.tfevents.1.host@2",
    }


def test_an_interrupted_batch_is_repeated_and_nothing_counts_twice(lake, root, ingest, steps):
    """The driver died after the scalars were committed and before anything else was."""
    write_scalars(root / "a" / "events.out.tfevents.1.host", range(4))
    plan = plan_events([root], read_ledger(lake))
    stored = {"slices": [piece.to_json() for piece in plan.ranges], "replaced": []}
    batch = write_plan(lake, "events", stored)
    uris = {name: lake.table_uri(name) for name in ROW_TABLES}
    written = parse(ParseTask(batch, uris, plan.ranges))
    lake.append("scalars", written.files["scalars"], "events", batch)
    assert read_ledger(lake) == {}

    assert ingest().records == 4
    assert steps() == [0, 1, 2, 3]
    assert len(list((lake.root / "scalars").glob("*.parquet"))) == 1  # the other was swept
    assert pending_plan(lake, "events") is None
    assert ingest().files_read == 0


def test_what_an_interrupted_batch_had_read_is_committed_though_the_file_is_gone(
    lake, root, ingest, steps
):
    """The driver died between two commits, and the file was deleted before the next night."""
    file = root / "a" / "events.out.tfevents.1.host"
    write_scalars(file, range(4))
    plan = plan_events([root], read_ledger(lake))
    stored = {"slices": [piece.to_json() for piece in plan.ranges], "replaced": []}
    batch = write_plan(lake, "events", stored)
    uris = {name: lake.table_uri(name) for name in ROW_TABLES}
    written = parse(ParseTask(batch, uris, plan.ranges))
    write_outcome(lake, "events", [written.to_json()])
    lake.append("scalars", written.files["scalars"], "events", batch)
    content = file.read_bytes()
    file.unlink()

    assert ingest().unreadable == ()
    assert steps() == [0, 1, 2, 3]
    [entry] = read_ledger(lake).values()
    assert (entry.status, entry.read_to) == ("complete", len(content))
    file.write_bytes(content)
    assert ingest().records == 0
    assert steps() == [0, 1, 2, 3]


def test_a_file_that_vanished_after_it_was_planned_holds_up_nothing(lake, root, ingest, steps):
    """The plan outlived a crash, one of its files did not."""
    gone, kept = (root / run / "events.out.tfevents.1.host" for run in ("a", "b"))
    write_scalars(gone, range(3))
    write_scalars(kept, [7])
    plan = plan_events([root], read_ledger(lake))
    write_plan(lake, "events", {"slices": [s.to_json() for s in plan.ranges], "replaced": []})
    content = gone.read_bytes()
    gone.unlink()

    assert ingest().unreadable == (str(gone),)
    assert steps() == [7]
    gone.write_bytes(content)
    assert ingest().unreadable == ()
    assert steps() == [0, 1, 2, 7]


def test_a_replaced_file_no_longer_speaks_for_its_run(root, ingest, lake, workers):
    file = root / "a" / "events.out.tfevents.1.host"
    write_scalars(file, range(50), tag="forgotten")
    ingest()
    write_scalars(file, range(10), mode="wb")
    ingest()
    run_stage(lake, workers, RUNS)
    [run] = lake.read("runs").to_pylist()
    assert run["last_step"] == 9
    current = query(lake, "SELECT DISTINCT tag FROM current_scalars")["tag"].to_pylist()
    assert current == ["loss"]
    assert lake.read("scalars").num_rows == 60


def test_a_root_inside_another_or_read_before_under_another_name_is_refused(
    root, ingest, lake, workers
):
    write_scalars(root / "a" / "events.out.tfevents.1.host", range(2))
    with pytest.raises(InputError, match="lies inside"):
        check_roots([root, root / "a"])
    ingest()
    with pytest.raises(InputError, match="is already in the lake, as logs/a/events"):
        ingest_events(lake, workers, check_roots([root / "a"]))


def test_streams_belong_to_their_run(root, ingest, lake):
    for stream in ("train", "validation"):
        write_scalars(root / "a" / stream / "events.out.tfevents.1.host", range(2))
    ingest()
    rows = lake.read("scalars", ["run_id", "stream"]).to_pylist()
    assert {(r["run_id"], r["stream"]) for r in rows} == {
        ("logs/a", "train"),
        ("logs/a", "validation"),
    }


def test_a_file_that_is_no_event_file_ends_in_quarantine_and_harms_no_other(root, ingest, lake):
    (root / "a").mkdir()
    (root / "a" / "notes.tfevents.txt").write_text("this is a shopping list " * 100)
    write_scalars(root / "b" / "events.out.tfevents.1.host", range(3))
    summary = ingest()
    assert summary.records == 3
    assert summary.quarantined == 1
    [row] = lake.read("quarantine").to_pylist()
    assert row["file_id"] == "logs/a/notes.tfevents.txt"
    assert row["offset"] == 0
    assert row["length"] > 2000


def test_a_damaged_record_costs_itself_alone(root, ingest, lake, steps):
    file = root / "a" / "events.out.tfevents.1.host"
    write_scalars(file, range(1, 6))
    data = bytearray(file.read_bytes())
    record = len(data) // 5
    data[2 * record + 20] ^= 0xFF
    file.write_bytes(data)
    ingest()
    assert steps() == [1, 2, 4, 5]
    [row] = lake.read("quarantine").to_pylist()
    assert (row["offset"], row["length"]) == (2 * record, record)
    [entry] = read_ledger(lake).values()
    assert (entry.status, entry.records, entry.quarantined) == ("corrupt", 5, 1)


def test_an_empty_root_brings_nothing(ingest):
    summary = ingest()
    assert (summary.files_found, summary.files_read) == (0, 0)


def test_a_root_that_does_not_exist_is_named_with_the_remedy(tmp_path):
    with pytest.raises(InputError, match=r"absent does not exist; name a folder"):
        check_roots([tmp_path / "absent"])
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"file is not a folder"):
        check_roots([tmp_path / "file"])


def test_two_roots_of_one_name_are_refused(tmp_path):
    for parent in ("x", "y"):
        (tmp_path / parent / "logs").mkdir(parents=True)
    with pytest.raises(InputError, match="share the name logs"):
        check_roots([tmp_path / "x" / "logs", tmp_path / "y" / "logs"])


def test_another_root_of_a_known_name_is_refused_but_a_moved_one_is_followed(
    root, ingest, lake, workers, tmp_path, steps
):
    write_scalars(root / "a" / "events.out.tfevents.1.host", range(2))
    ingest()
    other = tmp_path / "elsewhere" / "logs"
    write_scalars(other / "a" / "events.out.tfevents.1.host", range(3))
    with pytest.raises(InputError, match="rename one of the two log roots"):
        ingest_events(lake, workers, check_roots([other]))
    (root / "a" / "events.out.tfevents.1.host").unlink()
    ingest_events(lake, workers, check_roots([other]))
    assert steps() == [0, 1, 2]
