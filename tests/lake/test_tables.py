import math
import shutil

import duckdb
import pyarrow as pa
import pytest
from deltalake import DeltaTable

from insight_lib.errors import LakeError
from insight_lib.lake.contract import contract, table_names
from insight_lib.lake.maintenance import maintain
from insight_lib.lake.parquet import write_data_file
from insight_lib.lake.sql import query
from insight_lib.lake.tables import open_lake
from insight_lib.lake.versions import SCHEMA_VERSION_PROPERTY

BASE_FINDING = {
    "run_id": "logs/a",
    "rule": "dead_units",
    "layer": "",
    "severity": "error",
    "title": "",
    "first_step": None,
    "last_step": 3,
    "evidence": "{}",
    "advice": "",
    "confidence": 1.0,
    "caused_by": None,
}


def findings(*different):
    schema = contract("findings").schema
    return pa.Table.from_pylist([BASE_FINDING | one for one in different], schema=schema)


def stored(lake):
    rows = lake.read("findings", ["run_id", "layer"]).to_pylist()
    return sorted((row["run_id"], row["layer"]) for row in rows)


def series(scalars, run_ids):
    """Three points a run, of which two are NaN."""
    points = [{"step": 0}, {"step": 1, "value": math.nan}, {"step": 2, "value": math.nan}]
    return scalars(*({"run_id": run_id} | point for run_id in run_ids for point in points))


def test_every_table_is_read_by_delta_rs_and_duckdb_with_reader_version_1(lake):
    for name in table_names():
        table = DeltaTable(lake.root / name)
        assert table.protocol().min_reader_version == 1
        assert not table.protocol().reader_features
        frame = table.to_pyarrow_dataset()
        assert duckdb.arrow(frame).columns == contract(name).schema.names


def test_replacing_a_run_keeps_the_rows_of_all_others(lake):
    both = findings({"run_id": "a", "layer": "1"}, {"run_id": "b", "layer": "1"})
    lake.replace("findings", "run_id", ["a", "b"], both, "dissect", 1)
    lake.replace("findings", "run_id", ["a"], findings({"run_id": "a", "layer": "2"}), "dissect", 2)
    assert stored(lake) == [("a", "2"), ("b", "1")]


@pytest.mark.parametrize("held", [0, 2, 1000])
def test_all_remaining_rows_are_kept_however_few_are_in_memory(lake, monkeypatch, held):
    monkeypatch.setattr("insight_lib.lake.tables.MOST_ROWS_HELD", held)
    for version in range(4):
        rows = findings(
            *({"run_id": run, "layer": str(version)} for run in ("a", f"b{version}", "c"))
        )
        lake.replace("findings", "run_id", [], rows, "dissect", version)
    lake.replace("findings", "run_id", ["a"], findings({"run_id": "a", "layer": "new"}), "d", 9)
    wanted = [(f"b{n}", str(n)) for n in range(4)] + [("c", str(n)) for n in range(4)]
    assert stored(lake) == sorted([("a", "new"), *wanted])


def test_a_version_that_was_committed_is_not_committed_again(lake, scalars):
    lake.replace("findings", "run_id", ["a"], findings({"run_id": "a"}), "dissect", 1)
    lake.replace(
        "findings", "run_id", ["a"], findings({"run_id": "a"}, {"run_id": "a"}), "dissect", 1
    )
    assert len(stored(lake)) == 1
    file = write_data_file(lake.table_uri("scalars"), "scalars", "batch", series(scalars, ["a"]))
    for _ in range(2):
        lake.append("scalars", [file], "events", 7)
    assert lake.read("scalars").num_rows == 3
    assert lake.committed("scalars", "events") == 7


def test_files_without_a_wanted_run_are_skipped_by_their_statistics(lake, scalars):
    for batch, run_ids in enumerate((["a", "b"], ["c", "d"], ["e"])):
        file = write_data_file(
            lake.table_uri("scalars"), "scalars", f"b{batch}", series(scalars, run_ids)
        )
        lake.append("scalars", [file], "events", batch)
    assert len(lake.files("scalars")) == 3
    assert len(lake.files("scalars", ["c", "z"])) == 1
    assert lake.files("scalars", ["bb"]) == []
    assert set(lake.read("scalars", run_ids=["d", "e"])["run_id"].to_pylist()) == {"d", "e"}


def test_statistics_of_a_column_with_nan_claim_no_bounds(lake, scalars):
    file = write_data_file(lake.table_uri("scalars"), "scalars", "b", series(scalars, ["a"]))
    lake.append("scalars", [file], "events", 0)
    actions = pa.table(lake.delta("scalars").get_add_actions(flatten=True))
    assert actions["num_records"].to_pylist() == [3]
    assert actions["min.step"].to_pylist() == [0]
    assert actions["max.step"].to_pylist() == [2]
    assert "min.value" not in actions.column_names or actions["min.value"].to_pylist() == [None]


def test_a_bound_is_never_longer_than_a_log_can_bear_and_still_finds_the_run(lake, scalars):
    long = "r" * 5000
    file = write_data_file(lake.table_uri("scalars"), "scalars", "b", series(scalars, [long]))
    lake.append("scalars", [file], "events", 0)
    assert file.statistics.count("r") < 1000
    assert lake.read("scalars", run_ids=[long]).num_rows == 3


def test_a_folder_that_is_no_lake_is_refused(tmp_path):
    with pytest.raises(LakeError, match="there is no lake at"):
        open_lake(tmp_path / "absent")
    (tmp_path / "photo.jpg").touch()
    with pytest.raises(LakeError, match=r"nor empty \(it holds photo\.jpg\); name an empty folder"):
        open_lake(tmp_path, create=True)
    with pytest.raises(LakeError, match="is a file; name a folder"):
        open_lake(tmp_path / "photo.jpg", create=True)


def test_a_lake_written_by_a_newer_schema_is_refused_with_the_remedy(lake):
    number = contract("runs").version + 1
    newer = {SCHEMA_VERSION_PROPERTY: str(number)}
    lake.delta("runs").alter.set_table_properties(newer, raise_if_not_exists=False)
    said = rf"table runs has schema version {number},.*upgrade DeepInsight"
    with pytest.raises(LakeError, match=said):
        open_lake(lake.root)


def test_a_table_with_other_columns_is_refused_and_all_differences_named(lake):
    strange = pa.schema([("run_id", pa.int64()), ("colour", pa.string())])
    shutil.rmtree(lake.root / "run_labels")
    DeltaTable.create(lake.root / "run_labels", schema=strange)
    with pytest.raises(LakeError) as caught:
        open_lake(lake.root)
    for part in ("label is missing", "colour is unknown", "run_id is int64, not string"):
        assert part in str(caught.value)


def test_a_data_file_deleted_by_hand_is_named_with_its_table_and_the_remedy(lake):
    lake.replace("findings", "run_id", ["logs/a"], findings({}), "test", 1)
    (file,) = lake.files("findings")
    (lake.root / "findings" / file.path).unlink()
    with pytest.raises(LakeError, match=f"table findings .*{file.path}.*restore the file"):
        lake.read("findings")


def test_a_lake_of_an_earlier_version_reads_tables_that_it_lacks_as_empty(lake, here):
    lake.replace("findings", "run_id", ["a"], findings({"run_id": "a"}), "dissect", 1)
    shutil.rmtree(lake.root / "findings")
    earlier = open_lake(lake.root)
    assert stored(earlier) == []
    assert earlier.committed("findings", "dissect") == -1
    assert query(earlier, "SELECT count(*) AS n FROM findings")["n"].to_pylist() == [0]
    maintain(earlier, here)
    assert not earlier.has("findings")


def test_a_table_of_an_earlier_version_without_rows_is_current_with_its_new_columns(lake):
    """As in an empty lake, in which no commit gives a table what it lacks."""
    shutil.rmtree(lake.root / "findings")
    former = contract("findings").schema.remove(contract("findings").schema.names.index("remedy"))
    version = {SCHEMA_VERSION_PROPERTY: "1"}
    DeltaTable.create(
        lake.root / "findings", former, configuration=version, raise_if_key_not_exists=False
    )
    earlier = open_lake(lake.root)
    earlier.mark_current("findings")
    current = open_lake(lake.root)
    assert not current.is_outdated("findings")
    assert set(current.delta("findings").schema().to_arrow().names) == {
        field.name for field in contract("findings").schema
    }
    current.replace("findings", "run_id", ["a"], findings({"run_id": "a"}), "dissect", 1)
    assert stored(current) == [("a", "")]


def test_the_first_commit_to_a_table_that_a_lake_lacks_makes_it(lake):
    shutil.rmtree(lake.root / "findings")
    rows = findings({"run_id": "a", "layer": "1"})
    open_lake(lake.root).replace("findings", "run_id", ["a"], rows, "dissect", 1)
    assert stored(open_lake(lake.root)) == [("a", "1")]
