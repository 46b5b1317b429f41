"""When a report is written again."""

from datetime import timedelta

import pytest

from insight_lib.dissection.mutes import mute, unmute
from insight_lib.report.stage import refresh_report
from tests.cli.told_lake import NIGHTS, told_lake

RUN, RULE = "logs/digits/a", "dead_units"
NOW = NIGHTS[2] + timedelta(hours=5)


@pytest.fixture
def refreshed(tmp_path):
    """refreshed(now): whether the report of ``refreshed.lake`` was written at that moment."""

    def refreshed(now):
        return refresh_report(refreshed.lake, tmp_path / "report", now).written

    refreshed.lake = told_lake(tmp_path / "lake")
    return refreshed


def test_a_report_is_written_again_when_a_mute_begins_and_when_it_is_over(refreshed):
    assert refreshed(NOW)
    assert not refreshed(NOW)
    mute(refreshed.lake, RUN, RULE, NOW.date(), "known", NOW)
    assert refreshed(NOW)
    assert not refreshed(NOW + timedelta(hours=1))
    assert refreshed(NOW + timedelta(days=1))


def test_a_report_is_written_again_when_a_mute_is_taken_back(refreshed):
    mute(refreshed.lake, RUN, RULE, NOW.date(), "known", NOW)
    assert refreshed(NOW)
    unmute(refreshed.lake, RUN, RULE, NOW)
    assert refreshed(NOW)


def test_a_report_of_an_earlier_version_gets_its_summary(refreshed, tmp_path):
    assert refreshed(NOW)
    summary = tmp_path / "report" / "summary.json"
    summary.unlink()
    assert refreshed(NOW)
    assert summary.is_file()
