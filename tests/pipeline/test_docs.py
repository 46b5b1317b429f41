"""The generated pages are those that `make docs` writes, and their example rows fit the tables."""

import json
from pathlib import Path

import pytest

from insight_lib.lake.contract import contract, table_names
from insight_lib.pipeline.example_rows import LONGEST, example_rows
from insight_lib.pipeline.stages import STAGES
from insight_lib.pipeline.write_docs import pages

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = json.loads((DOCS / "example_rows.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["rules.md", "tables.md", "architecture.md"])
def test_a_page_is_as_make_docs_writes_it(name):
    assert (DOCS / name).read_text(encoding="utf-8") == pages(DOCS)[name], "run `make docs`"


def test_the_page_of_tables_names_every_column_of_every_table():
    page = (DOCS / "tables.md").read_text(encoding="utf-8")
    sections = dict(part.split("\n", 1) for part in page.split("\n## ")[1:])
    for table in table_names():
        rows = [line for line in sections[table].splitlines() if line.startswith("| `")]
        assert [row.split("`")[1] for row in rows] == contract(table).schema.names


def test_the_table_of_stages_has_a_row_for_each_stage_in_order():
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `jobs/")]
    assert [row.split("`")[1] for row in rows] == [f"jobs/{stage.name}.py" for stage in STAGES]


@pytest.mark.parametrize("table", EXAMPLES)
def test_an_example_row_has_the_columns_of_its_table_and_nulls_only_where_allowed(table):
    columns = contract(table).columns
    remedy = "run `python -m insight_lib.pipeline.write_docs LAKE`, LAKE of a small night"
    assert list(EXAMPLES[table]) == [column.name for column in columns], remedy
    for column in columns:
        assert column.nullable or EXAMPLES[table][column.name] != "null"


def test_example_rows_are_short_rows_of_the_lake(night):
    found = example_rows(night.lake)
    assert set(found) == {name for name in table_names() if night.lake.read(name).num_rows}
    assert all(len(text) <= LONGEST for row in found.values() for text in row.values())
    runs = night.lake.read("runs", ["run_id"])["run_id"].to_pylist()
    assert found["runs"]["run_id"] in runs
