"""Since when findings stand, when they went, and how often they came back."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from insight_lib.dissection.findings.history import HISTORY, open_rows, with_history
from insight_lib.lake.contract import contract

SCHEMA = contract("findings").schema
NIGHTS = [datetime(2026, 3, day, 2, tzinfo=UTC) for day in range(1, 6)]
BASE = {
    "run_id": "logs/a",
    "rule": "dead_units",
    "layer": "dense",
    "severity": "error",
    "title": "t",
    "evidence": "{}",
    "advice": "a",
    "confidence": 1.0,
}
NOTHING = SCHEMA.empty_table()


def found(*different):
    return pa.Table.from_pylist([BASE | one for one in different], schema=SCHEMA)


def told(table):
    return [tuple(row[name] for name in HISTORY) for row in table.to_pylist()]


def after(*nights):
    """The table after a night each of which found some rows."""
    table = NOTHING
    for at, rows in zip(NIGHTS, nights, strict=False):
        table = with_history(found(*rows), table, at)
    return table


def test_a_finding_opens_in_the_night_that_finds_it_first():
    assert told(after([{}])) == [(NIGHTS[0], NIGHTS[0], NIGHTS[0], None, 1)]


def test_a_finding_that_is_found_again_stands_since_it_was_found_first():
    table = after([{"title": "before"}], [{"title": "now", "evidence": '{"n": 2}'}])
    assert told(table) == [(NIGHTS[0], NIGHTS[0], NIGHTS[1], None, 1)]
    assert table["title"].to_pylist() == ["now"]


def test_a_finding_that_is_not_found_again_is_resolved_and_keeps_what_it_said():
    table = after([{"title": "before"}], [])
    assert told(table) == [(NIGHTS[0], NIGHTS[0], NIGHTS[0], NIGHTS[1], 1)]
    assert table["title"].to_pylist() == ["before"]
    assert open_rows(table).num_rows == 0


def test_a_resolved_finding_stays_as_it_was():
    assert told(after([{}], [], [])) == told(after([{}], []))


def test_a_finding_that_comes_back_opens_again():
    table = after([{}], [], [{}])
    assert told(table) == [(NIGHTS[0], NIGHTS[2], NIGHTS[2], None, 2)]
    assert told(after([{}], [], [{}], [], [{}]))[0][-1] == 3


@pytest.mark.parametrize(
    ("before", "now", "opened"),
    [("info", "warning", 1), ("warning", "error", 1), ("error", "warning", 0), ("info", "info", 0)],
)
def test_a_finding_that_becomes_graver_is_news_and_one_that_becomes_milder_is_none(
    before, now, opened
):
    [row] = after([{"severity": before}], [{"severity": now}]).to_pylist()
    assert (row["first_seen_at"], row["opened_at"]) == (NIGHTS[0], NIGHTS[opened])
    assert row["times_opened"] == 1


@pytest.mark.parametrize("other", [{"run_id": "logs/b"}, {"rule": "plateau"}, {"layer": ""}])
def test_a_finding_is_known_by_its_run_its_rule_and_its_layer(other):
    table = after([{}], [other])
    assert [row[3] for row in told(table)] == [None, NIGHTS[1]]
    assert told(open_rows(table))[0][0] == NIGHTS[1]


def test_a_finding_of_an_earlier_version_stands_since_nobody_knows_when():
    earlier = found({}, {"layer": "gone"})
    assert open_rows(earlier).num_rows == 2
    table = with_history(found({}), earlier, NIGHTS[0])
    assert told(table) == [(None, None, NIGHTS[0], None, 1), (None, None, None, NIGHTS[0], None)]
    again = with_history(found({"layer": "gone"}), table, NIGHTS[1])
    assert told(open_rows(again)) == [(None, NIGHTS[1], NIGHTS[1], None, 2)]


def test_a_night_that_is_done_twice_gives_the_same():
    before = after([{}, {"layer": "kept"}], [{"layer": "kept"}])
    now = found({}, {"layer": "new"})
    once = with_history(now, before, NIGHTS[2])
    assert with_history(now, once, NIGHTS[2]) == once
    assert open_rows(once).num_rows == 2
