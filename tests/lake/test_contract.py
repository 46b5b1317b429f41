import tomllib
from pathlib import Path

import pyarrow as pa
import pytest

from insight_lib.errors import ContractError
from insight_lib.lake import contract as contract_module
from insight_lib.lake.contract import contract, shared_column_names, table_names

SCHEMAS = Path(__file__).parents[2] / "schemas"
SHARED = tomllib.loads((SCHEMAS / "shared" / "columns.toml").read_text())


def declared(table):
    return tomllib.loads((SCHEMAS / f"{table}.toml").read_text())["columns"]


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


def test_a_shared_column_is_what_is_declared_once_where_the_table_says_nothing_else():
    for table in table_names():
        for stated, column in zip(declared(table), contract(table).columns, strict=True):
            shared = SHARED.get(stated.get("use"), {})
            assert column.name == stated.get("use", stated.get("name"))
            assert column.doc == stated.get("doc", shared.get("doc"))
            assert column.unit == stated.get("unit", shared.get("unit"))
            assert column.nullable == stated.get("nullable", shared.get("nullable", False))


def test_no_table_repeats_a_shared_column_and_each_is_used_by_several_tables():
    uses = [
        stated["use"] for table in table_names() for stated in declared(table) if "use" in stated
    ]
    assert all(uses.count(name) > 1 for name in shared_column_names())
    repeated = [
        (table, stated["name"])
        for table in table_names()
        for stated in declared(table)
        if stated.get("name") in SHARED
    ]
    assert repeated == []


def test_a_table_that_is_referenced_has_the_column_as_its_key():
    for table in table_names():
        for column in contract(table).columns:
            for target in column.references:
                assert target != table
                assert contract(target).key == (column.name,)


def test_a_column_that_is_not_shared_is_refused_with_those_that_are(tmp_path, monkeypatch):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "columns.toml").write_text((SCHEMAS / "shared/columns.toml").read_text())
    (tmp_path / "losses.toml").write_text(
        'name = "losses"\nversion = 1\ndoc = "A loss."\nkey = ["run_id"]\n'
        '[[columns]]\nuse = "runid"\n'
    )
    monkeypatch.setattr(contract_module, "schemas_folder", lambda: tmp_path)
    with pytest.raises(ContractError, match=r"schemas/losses.toml uses the column runid, .*run_id"):
        contract("losses")
