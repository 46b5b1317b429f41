"""``summary.json`` next to the report: complete, strict, and as its page describes it."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from insight_lib.report.records.summary import STANDINGS
from insight_lib.report.write import write_report

PAGE = Path(__file__).parents[2] / "docs" / "summary.md"
NIGHT = datetime(2026, 1, 2, 2, tzinfo=UTC)


@pytest.fixture
def written(lake, tmp_path, generated_at):
    """written(**rows): what the summary of a report says."""

    def written(**rows):
        index = write_report(lake(**rows), tmp_path / "report", generated_at)
        return index.parent, json.loads((index.parent / "summary.json").read_text("utf-8"))

    return written


def paths(value, prefix=""):
    """The path of each field; those in a list are of its rows, maps by names have none below."""
    for name, each in value.items():
        path = f"{prefix}{name}"
        yield path
        if path in ("findings",):
            yield from paths(each, f"{path}.")
        elif isinstance(each, list) and each and isinstance(each[0], dict):
            yield from paths(each[0], f"{path}[].")


def test_the_page_describes_every_field_and_no_other(written):
    _, told = written(runs=[{}], findings=[{}], verdicts=[{"judged_at": NIGHT}])
    described = re.findall(r"^\| `([^`]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert described == list(paths(told))


def test_the_page_shows_a_summary_as_it_is_written(written):
    [shown] = re.findall(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    _, told = written(runs=[{}], findings=[{}], verdicts=[{"judged_at": NIGHT}])
    example = json.loads(shown)
    assert list(paths(example)) == list(paths(told))
    assert list(example["standings"]) == list(STANDINGS)
    assert example["format"] == told["format"]


def test_moments_are_in_utc_and_what_is_not_known_is_null(written):
    _, told = written(runs=[{}], findings=[{}], verdicts=[{"judged_at": NIGHT}])
    assert told["night"] == "2026-01-02T02:00:00+00:00"
    assert told["generated_at"] == "2026-01-02T03:04:00+00:00"
    [run] = told["needs_you"]
    assert (run["since"], run["risk"], run["owner"], run["note"]) == (None, None, None, None)


def test_the_page_of_a_run_lies_where_the_summary_says(written):
    folder, told = written(runs=[{}], findings=[{}])
    assert (folder / told["needs_you"][0]["page"]).is_file()


def test_a_report_shows_what_stands_and_only_counts_what_is_muted(written):
    mute = {"run_id": "zoo/a", "rule": "muted", "muted_until": datetime(2026, 2, 1, tzinfo=UTC)}
    findings = [
        {"title": "It stands"},
        {"rule": "muted", "title": "It is muted"},
        {"rule": "gone", "title": "It is gone", "resolved_at": NIGHT},
    ]
    folder, told = written(runs=[{}], findings=findings, mutes=[mute])
    pages = [folder / "index.html", folder / told["needs_you"][0]["page"]]
    for page in pages:
        text = page.read_text("utf-8")
        assert "It stands" in text
        assert "It is muted" not in text
        assert "It is gone" not in text
        assert "1 muted finding not shown" in text
    assert told["findings"] == {"open": 1, "new": 0, "resolved": 0, "muted": 1}
