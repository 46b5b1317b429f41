"""docs/sql.md: every question is asked of a real night, and has the columns that it shows."""

import re
from pathlib import Path

import pytest

from insight_lib.cli.main import main
from insight_lib.lake.tables import open_lake
from insight_lib.pipeline.console_answers import SHOWN_LAKE, answered, commands

PAGE = (Path(__file__).parents[2] / "docs" / "sql.md").read_text(encoding="utf-8")
QUESTIONS = dict(
    zip(
        re.findall(r"^### (.+)$", PAGE, re.MULTILINE),
        commands(PAGE.partition("## Questions")[2]),
        strict=True,
    )
)
REMEDY = "run `python -m insight_lib.pipeline.write_docs LAKE`, LAKE of a small night"
# The small night has no such run, or may have none.
MAY_BE_EMPTY = (
    "Which runs were not judged, and what do they lack?",
    "What could not be read?",
    "Which runs ended below their best AUC?",
)


def columns_and_rows(printed):
    """The names of a printed table's columns, and how many rows follow."""
    lines = printed.splitlines()
    head = next(line for line in lines if line.startswith("┃"))
    return [cell.strip() for cell in head.strip("┃").split("┃")], printed.count("\n│")


def test_there_are_twenty_questions_and_more():
    assert len(QUESTIONS) >= 20


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answer_has_the_columns_that_the_page_shows(night, capfd, question):
    arguments, shown = QUESTIONS[question]
    lake = str(night.lake.root)
    assert main([lake if word == SHOWN_LAKE else word for word in arguments]) == 0
    columns, rows = columns_and_rows(capfd.readouterr().out)
    assert columns == columns_and_rows(shown)[0], REMEDY
    assert rows or question in MAY_BE_EMPTY


def test_an_answer_is_written_in_the_place_of_the_one_before(tmp_path):
    open_lake(tmp_path / "lake", create=True)
    asked = '```console\n$ insight sql --lake /data/lake "\nSELECT 1 AS one"\n'
    others = "```\n\n```console\n$ insight sql --list\n$ ls\n```\n"
    new = answered(f"# Title\n{asked}former\n{others}", tmp_path / "lake")
    assert new.startswith(f"# Title\n{asked}┏━━━┓\n┃one┃\n")
    assert new.endswith(f"│  1│\n└───┘\n{others}")
