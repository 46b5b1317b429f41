"""A name that is not there is answered with those that may be meant, and where they are."""

import pytest

from insight_lib.errors import InputError
from insight_lib.lake.contract import table_names
from insight_lib.lake.sql import query
from insight_lib.lake.sql.view import view_names
from insight_lib.lake.sql.wrong_names import check_name, near_names


@pytest.fixture
def refused(nothing):
    def refused(statement):
        with pytest.raises(InputError) as caught:
            query(nothing, statement)
        said = str(caught.value)
        assert "\n" not in said
        return said

    return refused


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT verdit FROM runs",
        "SELECT r.verdit FROM runs AS r",
        "SELECT runs.verdit FROM runs",
        "SELECT run_id FROM runs WHERE lower(verdit) = 'failing'",
        "SELECT count(*) FROM runs GROUP BY verdit",
        "SELECT * EXCLUDE (verdit) FROM runs",
        "SELECT * FROM runs JOIN verdicts USING (verdit)",
    ],
)
def test_a_column_in_any_place_is_answered_with_the_near_ones(refused, statement):
    said = refused(statement)
    assert said.startswith("there is no column verdit in runs")
    assert "near it are verdict (in runs" in said
    assert "`insight sql --describe runs` lists columns" in said


def test_all_near_columns_are_shown(refused):
    said = refused("SELECT auc_ci FROM evaluations")
    assert "auc_ci_lower (in evaluations), auc_ci_upper (in evaluations)" in said


def test_a_column_of_another_table_is_answered_with_all_tables_that_have_it(refused):
    said = refused("SELECT dead_fraction FROM findings")
    assert "no column dead_fraction in findings; it is in layer_stats, layer_health;" in said


def test_a_column_like_none_says_so(refused):
    said = refused("SELECT zzzzqq FROM findings")
    assert "no column zzzzqq in findings; no column has a name near it;" in said


def test_a_table_is_answered_with_the_near_ones_and_all(refused):
    said = refused("FROM scalars_current")
    assert said.startswith("there is no table or view scalars_current; near it are current_scalars")
    assert f"; the tables are {', '.join(table_names())}; " in said
    assert said.endswith(f"the views are {', '.join(view_names())}")


def test_a_name_that_is_there_is_no_error():
    check_name("runs")
    check_name("run_overview")


def test_near_is_what_differs_by_a_letter_holds_the_other_or_has_its_words_in_another_order():
    known = ["step", "last_step", "steps", "value", "event_last"]
    assert near_names("stepz", known) == ["step", "steps"]
    assert near_names("STEP", known) == ["step", "steps", "last_step"]
    assert near_names("last_event", known) == ["event_last"]
    assert near_names("xyz", known) == []
