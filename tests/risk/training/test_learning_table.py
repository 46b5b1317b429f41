"""The learning table as a file, and what it refuses."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from insight_lib.errors import InputError
from insight_lib.risk.training.learning_table import (
    joined_tables,
    read_learning_table,
    table_of_arrow,
    write_learning_table,
)


def test_what_is_written_reads_back_the_same(small_zoo, tmp_path):
    table, path = small_zoo.table, tmp_path / "zoo.parquet"
    write_learning_table(table, path)
    again = read_learning_table(path)
    assert again.fingerprint == table.fingerprint
    assert again.matrix.names == table.matrix.names
    np.testing.assert_array_equal(again.matrix.values, table.matrix.values.astype(np.float32))
    assert (again.kind, again.program) == (table.kind, table.program)
    np.testing.assert_array_equal(again.failed_share, table.failed_share)
    assert pq.read_schema(path).field("x_gap").type == pa.float32()


def test_the_order_of_rows_does_not_matter(small_zoo, tmp_path):
    write_learning_table(small_zoo.table, tmp_path / "zoo.parquet")
    rows = pq.read_table(tmp_path / "zoo.parquet")
    order = np.random.default_rng(0).permutation(len(rows))
    assert table_of_arrow(rows.take(order), "it").fingerprint == small_zoo.table.fingerprint


def test_another_feature_value_or_outcome_is_another_fingerprint(zoo_of):
    def other_value(rows):
        rows[7]["x_odd"] += 1.0

    def other_outcome(rows):
        rows[7]["failed"] = not rows[7]["failed"]

    prints = {zoo_of(30, 0, one).table.fingerprint for one in (None, other_value, other_outcome)}
    assert len(prints) == 3


def test_rows_are_chosen_by_number_or_mask(small_zoo):
    table = small_zoo.table
    is_early = table.share == 0.1
    early = table.rows(is_early)
    assert set(early.share) == {0.1}
    assert early.fingerprint == table.rows(np.flatnonzero(is_early)).fingerprint


def test_tables_are_joined_into_one(small_zoo):
    table = small_zoo.table
    first = table.rows([i for i, one in enumerate(table.family) if one == "games"])
    second = table.rows([i for i, one in enumerate(table.family) if one != "games"])
    assert joined_tables([second, first]).fingerprint == table.fingerprint
    with pytest.raises(InputError, match="two rows of one share"):
        joined_tables([first, first])


def test_every_difference_is_named_at_once(small_zoo, tmp_path):
    write_learning_table(small_zoo.table, tmp_path / "zoo.parquet")
    rows = pq.read_table(tmp_path / "zoo.parquet")
    wrong = rows.drop_columns(["family"]).set_column(
        rows.schema.get_field_index("share") - 1, "share", pa.array(["a"] * len(rows))
    )
    with pytest.raises(InputError, match=r"family is missing; .*column share is string"):
        table_of_arrow(wrong, "it")


def test_a_file_that_is_no_parquet_is_refused(tmp_path):
    path = tmp_path / "zoo.parquet"
    path.write_text("run,program\n")
    with pytest.raises(InputError, match="is no learning table"):
        read_learning_table(path)
