import duckdb
import numpy as np
import pyarrow as pa
import pytest

from insight_lib.errors import InputError
from insight_lib.events.current_rows import current_rows
from insight_lib.lake.parquet import write_data_file
from insight_lib.lake.sql import query


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
    assert query(lake, "SELECT * FROM scalars_current").num_rows == 0


def test_the_current_view_leaves_out_what_a_restart_superseded(restarted):
    rows = query(restarted, "SELECT value FROM scalars_current WHERE tag = 'loss' ORDER BY step")
    assert rows["value"].to_pylist() == [0.0, 1.0, 12.0, 13.0]
    assert query(restarted, "FROM scalars_current WHERE tag = 'lr'").num_rows == 4


def test_the_current_view_agrees_with_the_rows_that_the_stages_read(lake, scalars):
    steps = np.random.default_rng(0).integers(0, 30, 200)
    rows = scalars(
        *({"step": int(s), "record_offset": n, "tag": f"t{n % 3}"} for n, s in enumerate(steps))
    )
    file = write_data_file(lake.table_uri("scalars"), "scalars", "b", rows)
    lake.append("scalars", [file], "events", 0)
    by_sql = query(lake, "SELECT record_offset FROM scalars_current ORDER BY 1")
    by_stage = current_rows(rows).sort_by("record_offset")
    assert by_sql["record_offset"].to_pylist() == by_stage["record_offset"].to_pylist()
    assert 0 < by_sql.num_rows < 200


@pytest.mark.parametrize("statement", ["SELEC 1", "SELECT * FROM nothing", "SELECT error('x')"])
def test_a_refused_statement_is_a_named_error_with_the_tables(lake, statement):
    with pytest.raises(InputError, match="the tables are artifacts"):
        query(lake, statement)


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
