import duckdb
import numpy as np
import pyarrow as pa
import pytest

from insight_lib.errors import InputError, LakeError
from insight_lib.events.current_rows import current_rows
from insight_lib.lake.contract import contract
from insight_lib.lake.parquet import write_data_file
from insight_lib.lake.sql import query
from insight_lib.lake.sql.connection import create_view


@pytest.fixture
def restarted(lake, scalars):
    """Steps 0 1 2 3, then a restart from step 2: 2 3; and another series that never went back."""
    first = [{"step": s, "record_offset": s, "value": float(s)} for s in range(4)]
    second = [{"step": s, "record_offset": 10 + s, "value": 10.0 + s} for s in (2, 3)]
    other = [{"tag": "lr", "step": s, "record_offset": s} for s in range(4)]
    rows = scalars(*first, *second, *other)
    file = write_data_file(lake.table_uri("scalars"), "scalars", "b", rows)
    lake.append("scalars", [file], "events", 0)
    return lake


def test_a_table_is_queried_under_its_own_name(restarted):
    statement = "SELECT tag, count(*) AS n FROM scalars GROUP BY tag ORDER BY tag"
    assert query(restarted, statement).to_pylist() == [
        {"tag": "loss", "n": 6},
        {"tag": "lr", "n": 4},
    ]


def test_every_table_can_be_queried_before_it_has_a_row(lake):
    assert query(lake, "SELECT * FROM findings").num_rows == 0
    assert query(lake, "SELECT * FROM current_scalars").num_rows == 0


def test_the_current_view_leaves_out_what_a_restart_superseded(restarted):
    rows = query(restarted, "SELECT value FROM current_scalars WHERE tag = 'loss' ORDER BY step")
    assert rows["value"].to_pylist() == [0.0, 1.0, 12.0, 13.0]
    assert query(restarted, "FROM current_scalars WHERE tag = 'lr'").num_rows == 4


def test_the_current_view_agrees_with_the_rows_that_the_stages_read(lake, scalars):
    steps = np.random.default_rng(0).integers(0, 30, 200)
    rows = scalars(
        *({"step": int(s), "record_offset": n, "tag": f"t{n % 3}"} for n, s in enumerate(steps))
    )
    file = write_data_file(lake.table_uri("scalars"), "scalars", "b", rows)
    lake.append("scalars", [file], "events", 0)
    by_sql = query(lake, "SELECT record_offset FROM current_scalars ORDER BY 1")
    by_stage = current_rows(rows).sort_by("record_offset")
    assert by_sql["record_offset"].to_pylist() == by_stage["record_offset"].to_pylist()
    assert 0 < by_sql.num_rows < 200


def test_the_current_view_keeps_all_points_of_a_series_that_never_passes_a_step(lake, scalars):
    written = {"f": 4, "g": 2, "h": 5, "i": 1}
    rows = scalars(
        *(
            {"step": 0, "record_offset": at, "file_id": file, "tag": tag}
            for tag, files in {"loss": "fg", "hp_metric": "gi", "eval": "h"}.items()
            for file in files
            for at in range(written[file])
        )
    )
    file = write_data_file(lake.table_uri("scalars"), "scalars", "b", rows)
    lake.append("scalars", [file], "events", 0)
    counts = "SELECT tag, count(*) AS n FROM current_scalars GROUP BY tag ORDER BY tag"
    assert query(lake, counts).to_pylist() == [
        {"tag": "eval", "n": 5},
        {"tag": "hp_metric", "n": 1},
        {"tag": "loss", "n": 6},
    ]
    by_sql = query(lake, "FROM current_scalars").select(rows.column_names)
    assert sorted(map(str, by_sql.to_pylist())) == sorted(map(str, current_rows(rows).to_pylist()))


def test_a_condition_on_the_run_reaches_every_scan_of_the_current_view():
    with duckdb.connect() as connection:
        for name in ("scalars", "event_files"):
            connection.from_arrow(contract(name).empty()).create(name)
            fill = "INSERT INTO {} (run_id, file_id) VALUES ('asked', 'f'), ('other', 'g')"
            connection.execute(fill.format(name))
        connection.execute(create_view("current_scalars"))
        asked = "EXPLAIN (FORMAT JSON) FROM current_scalars WHERE run_id = 'asked'"
        plan = connection.execute(asked).fetchall()[0][1].replace(" ", "")
    assert plan.count("run_id='asked'") == plan.count("main.scalars") >= 2


def test_an_unknown_table_is_answered_with_the_tables(lake):
    with pytest.raises(InputError, match="the tables are alerts, artifacts") as refused:
        query(lake, "SELECT * FROM nothing")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("statement", ["SELEC 1", "SELECT nobody FROM runs", "SELECT error('x')"])
def test_a_refused_statement_is_a_named_error_of_one_line(lake, statement):
    with pytest.raises(InputError, match="; correct the statement") as refused:
        query(lake, statement)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "statement",
    [
        "COPY (SELECT 1) TO '{file}'",
        "WITH a AS (COPY (SELECT 1) TO '{file}') FROM a",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{file}'",
        "ATTACH '{file}'",
        "CREATE TABLE mine AS SELECT 1",
        "SELECT 1; COPY (SELECT 1) TO '{file}'",
        "PIVOT runs ON state",
        "",
    ],
)
def test_what_is_no_single_select_is_refused_and_writes_nothing(lake, tmp_path, statement):
    file = tmp_path / "written"
    with pytest.raises(InputError):
        query(lake, statement.format(file=file))
    assert not file.exists()


@pytest.mark.parametrize(
    "statement",
    ["SELECT 1;", "FROM runs -- all", "WITH a AS (SELECT 1) FROM a", "DESCRIBE runs", "VALUES (1)"],
)
def test_every_form_of_a_select_is_accepted(lake, statement):
    assert query(lake, statement).num_columns > 0


def test_columns_of_one_name_are_numbered(lake):
    rows = query(lake, "SELECT 1 AS a, 2 AS a, 3 AS a_1, 4 AS a")
    assert rows.to_pylist() == [{"a": 1, "a_2": 2, "a_1": 3, "a_3": 4}]


@pytest.mark.parametrize("damage", ["missing", "cut", "cut later"])
def test_a_data_file_that_cannot_be_read_is_named_with_the_remedy(lake, scalars, damage):
    names = []
    for version in range(2):
        rows = scalars({"step": version})
        file = write_data_file(lake.table_uri("scalars"), "scalars", f"b{version}", rows)
        lake.append("scalars", [file], "events", version)
        names.append(file.path)
    chosen = sorted(names)[damage == "cut later"]
    path = lake.root / "scalars" / chosen
    path.unlink() if damage == "missing" else path.write_bytes(b"PAR1")
    with pytest.raises(LakeError, match="restore the file, or remove the lake and ingest") as said:
        query(lake, "FROM scalars")
    assert chosen in str(said.value)


def test_a_row_added_by_another_writer_is_seen_by_the_next_query(lake, scalars):
    file = write_data_file(lake.table_uri("scalars"), "scalars", "b", scalars({}))
    lake.append("scalars", [file], "events", 0)
    before = query(lake, "FROM scalars").num_rows
    file = write_data_file(lake.table_uri("scalars"), "scalars", "b", scalars({"step": 1}))
    lake.append("scalars", [file], "events", 1)
    assert (before, query(lake, "FROM scalars").num_rows) == (1, 2)


def test_types_survive_the_way_through_duckdb(lake, scalars):
    file = write_data_file(
        lake.table_uri("scalars"), "scalars", "b", scalars({"value": float("nan")})
    )
    lake.append("scalars", [file], "events", 0)
    value = query(lake, "SELECT value FROM scalars")["value"]
    assert value.type == pa.float64()
    assert np.isnan(value[0].as_py())
    assert duckdb.arrow(query(lake, "FROM scalars")).shape == (1, 9)
