import pyarrow as pa
import pytest

from insight_lib.errors import ContractError
from insight_lib.lake.contract import contract, table_names


@pytest.fixture
def label_row() -> dict[str, pa.Array]:
    return {
        "run_id": pa.array(["logs/a"]),
        "label": pa.array(["failed"]),
        "reason": pa.array([None], pa.string()),
        "labelled_at": pa.array([0], pa.timestamp("us", tz="UTC")),
    }


@pytest.mark.parametrize("name", table_names())
def test_every_contract_names_its_key_among_its_columns_and_allows_no_null_in_it(name):
    agreed = contract(name)
    nullable = {column.name: column.nullable for column in agreed.columns}
    assert agreed.name == name
    assert all(nullable[key] is False for key in agreed.key)
    assert all(column.doc for column in agreed.columns)


def test_rows_that_fit_come_back_in_the_contract_s_order_and_types(label_row):
    shuffled = pa.table(dict(reversed(label_row.items())))
    shuffled = shuffled.set_column(
        shuffled.schema.get_field_index("label"),
        "label",
        shuffled["label"].cast(pa.large_string()),
    )
    assert contract("run_labels").conform(shuffled).schema == contract("run_labels").schema


def test_all_differences_are_reported_at_once(label_row):
    del label_row["labelled_at"]
    label_row["label"] = pa.array([1.5])
    label_row["colour"] = pa.array(["red"])
    label_row["run_id"] = pa.array([None], pa.string())
    with pytest.raises(ContractError) as caught:
        contract("run_labels").conform(pa.table(label_row))
    message = str(caught.value)
    for part in (
        "labelled_at is missing",
        "colour is unknown",
        "label is double, not string",
        "run_id is null in 1 rows",
        "schemas/run_labels.toml",
    ):
        assert part in message


def test_an_unknown_table_is_answered_with_the_known_ones():
    with pytest.raises(ContractError, match=r"no table metrics; the tables are .*scalars"):
        contract("metrics")
