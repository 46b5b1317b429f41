"""Sorting by numbers that stand for the strings gives what sorting by the strings gives."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.events.ingest.sort_rows import in_reading_order

COLUMNS = ("run_id", "stream", "tag", "step")
ROW = st.fixed_dictionaries(
    {
        "run_id": st.sampled_from(["r/b", "r/a", "r/ä", "r/a/1"]),
        "stream": st.sampled_from([".", "train"]),
        "tag": st.text(max_size=3),
        "step": st.integers(-(2**62), 2**62),
    }
)


def as_table(rows, first, *, encoded):
    table = pa.table(
        {
            name: pa.array(
                [row[name] for row in rows], pa.int64() if name == "step" else pa.string()
            )
            for name in COLUMNS
        }
    ).append_column("came", pa.array(range(first, first + len(rows)), pa.int64()))
    if encoded:
        place = table.column_names.index("tag")
        table = table.set_column(place, "tag", table["tag"].dictionary_encode())
    return table


@given(st.lists(st.lists(ROW, max_size=20), min_size=1, max_size=3), st.booleans())
def test_rows_stand_by_run_stream_tag_and_step_and_equal_ones_as_they_came(pieces, encoded):
    starts = [sum(map(len, pieces[:k])) for k in range(len(pieces))]
    tables = [
        as_table(rows, first, encoded=encoded) for rows, first in zip(pieces, starts, strict=True)
    ]
    rows = [tuple(row[name] for name in COLUMNS) for piece in pieces for row in piece]
    flat = [(*row, came) for came, row in enumerate(rows)]
    wanted = sorted(flat, key=lambda row: (*(part.encode() for part in row[:3]), *row[3:]))
    found = in_reading_order(tables)
    assert [tuple(row.values()) for row in found.to_pylist()] == wanted


def test_steps_that_rise_within_each_series_are_found_in_order_already():
    rows = [
        {"run_id": "r", "stream": ".", "tag": tag, "step": step}
        for step in range(50)
        for tag in ("loss", "accuracy")
    ]
    found = in_reading_order([as_table(rows, 0, encoded=True)])
    assert found["tag"].to_pylist() == ["accuracy"] * 50 + ["loss"] * 50
    assert found["step"].to_pylist() == [*range(50), *range(50)]
