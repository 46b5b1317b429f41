"""Grouping Arrow rows equals grouping Python rows."""

from itertools import groupby

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.columnar.grouping import row_order
from insight_lib.columnar.table_groups import by_run, floats, groups

ROWS = st.lists(
    st.tuples(st.sampled_from(["", "a", "b", "é", "\0"]), st.integers(-3, 3), st.integers(0, 4)),
    max_size=40,
)


@given(ROWS)
def test_groups_equal_those_of_sorted_python_rows(rows):
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    types = [pa.string(), pa.int64(), pa.int64()]
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    table = pa.table(arrays, names=["tag", "step", "at"])
    found = [
        (key, [tuple(row.values()) for row in part.to_pylist()])
        for key, part in groups(table, ["tag", "step"], ["at"])
    ]
    ordered = sorted(rows, key=lambda row: (row[0].encode(), *row[1:]))
    expected = [(key, list(part)) for key, part in groupby(ordered, lambda row: row[:2])]
    assert found == expected


@given(ROWS, st.booleans())
def test_row_order_is_that_of_python_for_plain_and_coded_strings(rows, is_coded):
    for part in (rows, sorted(rows, key=lambda row: (row[0].encode(), *row[1:]))):
        tags = pa.array([tag for tag, _, _ in part], pa.string())
        steps = pa.array([step for _, step, _ in part], pa.int64())
        table = pa.table({"tag": tags.dictionary_encode() if is_coded else tags, "step": steps})
        expected = sorted(range(len(part)), key=lambda at: (part[at][0].encode(), part[at][1]))
        assert row_order(table, ("tag", "step")).tolist() == expected


def test_a_table_in_many_chunks_is_grouped_as_one(rows_of):
    part = rows_of("scalars", {"run_id": "b"}, {"run_id": "a"})
    runs = by_run(pa.concat_tables([part, part, part.slice(1)]))
    assert {run_id: rows.num_rows for run_id, rows in runs.items()} == {"a": 3, "b": 2}


def test_null_becomes_nan(rows_of):
    values = floats(rows_of("layer_stats", {"mean": None}, {"mean": 2.0}), "mean")
    assert values[1] == 2.0
    assert values[0] != values[0]
