"""The files of the views: what they declare is what they give."""

import pytest

from insight_lib.errors import ContractError
from insight_lib.lake import contract as contract_module
from insight_lib.lake.contract import TYPES, table_names
from insight_lib.lake.sql import view as view_module
from insight_lib.lake.sql.mentions import mentioned, with_parts
from insight_lib.lake.sql.run_query import query, tables_of
from insight_lib.lake.sql.view import described, meaning, view, view_names


@pytest.mark.parametrize("name", view_names())
def test_a_view_has_the_columns_and_types_that_it_declares(nothing, name):
    rows = query(nothing, f"SELECT * FROM {name}")  # noqa: S608
    declared = [(column.name, TYPES[column.type]) for column in view(name).columns]
    assert [(field.name, field.type) for field in rows.schema] == declared
    assert rows.num_rows == 0


@pytest.mark.parametrize("name", view_names())
def test_a_view_has_a_meaning_and_so_has_each_column(name):
    assert meaning(name).endswith(".")
    assert all(column.doc for column in view(name).columns)
    assert mentioned(view(name).statement), "it reads no table"


def test_no_view_has_the_name_of_a_table():
    assert set(view_names()).isdisjoint(table_names())


def test_a_view_comes_behind_all_that_it_is_made_of():
    ordered = with_parts(["run_overview"])
    assert ordered[-1] == "run_overview"
    for place, name in enumerate(ordered):
        if name in view_names():
            assert set(mentioned(view(name).statement)) <= set(ordered[: place + 1])


def test_only_the_tables_that_a_statement_is_about_are_read():
    assert tables_of("SELECT * FROM Auc_Trend") == ("evaluations",)
    within = "FROM runs WHERE state = 'x -- y' OR run_id IN (SELECT run_id FROM series)"
    assert tables_of(within) == ("runs", "series")
    assert set(tables_of("SHOW TABLES")) == set(table_names())


@pytest.fixture
def views_in(tmp_path, monkeypatch):
    """views_in(text): make it the one view, called mine."""
    (tmp_path / "views").mkdir()

    def write(text):
        (tmp_path / "views" / "mine.sql").write_text(text)
        for module in (contract_module, view_module):
            monkeypatch.setattr(module, "schemas_folder", lambda: tmp_path)
        view.cache_clear()
        view_names.cache_clear()
        return view("mine")

    yield write
    view.cache_clear()
    view_names.cache_clear()


def test_a_column_declares_type_unit_and_meaning_over_several_lines(views_in):
    mine = views_in(
        "-- What\n-- it is.\n--\n-- a int64 [s]: one\n--   two\n-- b string: c\nSELECT 1\n"
    )
    assert mine.doc == "What it is."
    assert [(c.name, c.type, c.unit, c.doc) for c in mine.columns] == [
        ("a", "int64", "s", "one two"),
        ("b", "string", None, "c"),
    ]
    assert mine.statement == "SELECT 1"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("-- It is.\nSELECT 1", "declares no column"),
        ("-- It is.\n--\n-- a\nSELECT 1", "no column is declared by 'a'"),
        ("-- It is.\n--\n-- a text: b\nSELECT 1", "no column is declared by 'a text: b'"),
        ("-- It is.\n--\n-- a: b\nSELECT 1", "column a has no type and is in no table by 'b'"),
    ],
)
def test_a_head_that_cannot_be_understood_is_named_with_the_form(views_in, text, says):
    with pytest.raises(ContractError, match=r"mine\.sql") as refused:
        views_in(text)
    assert says in str(refused.value)


def test_what_is_taken_from_a_table_is_as_its_contract_says():
    column = next(c for c in view("disk_use").columns if c.name == "run_id")
    assert column == next(c for c in described("runs") if c.name == "run_id")


def test_an_unknown_view_is_answered_with_the_views():
    with pytest.raises(ContractError, match="there is no view yours; the views are auc_trend"):
        view("yours")
