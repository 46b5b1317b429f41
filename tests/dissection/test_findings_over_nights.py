"""Findings over several nights of a lake: they open, go, come back, and count each night once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from insight_lib.dissection.night import last_night
from insight_lib.dissection.rule_settings_store import remember_settings
from insight_lib.dissection.stage import DISSECT
from insight_lib.errors import LakeError
from insight_lib.lake.tables import Lake, open_lake
from insight_lib.pipeline.inputs import Inputs
from insight_lib.pipeline.stage import Context
from insight_lib.pipeline.stages import STAGES, stage_named
from tests.in_process import InProcess
from tests.series.writing import write_run

UNTIL_JUDGED = STAGES[: STAGES.index(stage_named("dissect")) + 1]
FALLING = [1.0, 0.8, 0.6, 0.5, 0.4, 0.35, 0.3]
BROKEN = [1.0, 0.9, np.nan, np.nan]
NIGHTS = [datetime(2026, 3, day, 2, tzinfo=UTC) for day in range(1, 5)]
HISTORY = ("opened_at", "last_seen_at", "resolved_at", "times_opened")


@dataclass
class Nights:
    logs: Path
    lake: Lake

    def run(self, now, rules=None):
        if rules is not None:
            remember_settings(self.lake, rules)
        for stage in UNTIL_JUDGED:
            stage.run(Context(self.lake, InProcess(), Inputs((self.logs,)), now=now))

    def is_killed(self, now, table):
        """Begin a night that ends just before the dissection commits to a table."""
        replace = Lake.replace

        def killed(lake, name, *arguments):
            if name == table and arguments[3].startswith(DISSECT):
                raise LakeError("killed")
            replace(lake, name, *arguments)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Lake, "replace", killed)
            with pytest.raises(LakeError, match="killed"):
                self.run(now)

    def history(self, run_id="logs/broken", rule="non_finite_loss"):
        rows = self.lake.read("findings", None, [run_id]).to_pylist()
        [row] = [row for row in rows if row["rule"] == rule]
        return tuple(row[name] for name in HISTORY)

    def moments(self):
        """The moments that the tables name, and the last night by the verdicts."""
        findings = self.lake.read("findings", list(HISTORY[:3])).to_pylist()
        named = {at for row in findings for at in row.values() if at is not None}
        return named, last_night(self.lake.read("verdicts", ["judged_at"]))


def begun(folder):
    write_run(folder / "logs" / "broken", loss=BROKEN)
    write_run(folder / "logs" / "learnt", loss=FALLING)
    return Nights(folder / "logs", open_lake(folder / "lake", create=True))


@pytest.fixture
def nights(tmp_path):
    return begun(tmp_path)


def test_a_finding_opens_goes_and_comes_back_over_the_nights(nights):
    nights.run(NIGHTS[0])
    assert nights.history() == (NIGHTS[0], NIGHTS[0], None, 1)
    nights.run(NIGHTS[1], rules={"non_finite_loss": {"enabled": False}})
    assert nights.history() == (NIGHTS[0], NIGHTS[0], NIGHTS[1], 1)
    nights.run(NIGHTS[2], rules={})
    assert nights.history() == (NIGHTS[2], NIGHTS[2], None, 2)
    assert nights.moments()[1] == NIGHTS[2]


def test_a_night_touches_the_history_of_the_runs_with_something_new_and_of_no_other(nights):
    nights.run(NIGHTS[0])
    write_run(nights.logs / "later", loss=BROKEN)
    nights.run(NIGHTS[1])
    assert nights.history() == (NIGHTS[0], NIGHTS[0], None, 1)
    assert nights.history("logs/later") == (NIGHTS[1], NIGHTS[1], None, 1)
    judged = nights.lake.read("verdicts", ["run_id", "judged_at"]).to_pylist()
    assert {row["run_id"]: row["judged_at"] for row in judged} == {
        "logs/broken": NIGHTS[0],
        "logs/later": NIGHTS[1],
        "logs/learnt": NIGHTS[0],
    }


def test_a_night_without_anything_new_is_none(nights):
    nights.run(NIGHTS[0])
    before = nights.lake.read("findings")
    nights.run(NIGHTS[1])
    assert nights.lake.read("findings") == before
    assert nights.moments()[1] == NIGHTS[0]


def test_a_night_by_a_clock_that_was_set_back_comes_just_after_the_last(nights):
    nights.run(NIGHTS[1])
    write_run(nights.logs / "later", loss=BROKEN)
    nights.run(NIGHTS[0])
    assert nights.moments()[1] == NIGHTS[1] + timedelta(microseconds=1)


def more_to_judge(nights):
    """One night, then another run and another setting, which all runs are judged by again."""
    nights.run(NIGHTS[0])
    write_run(nights.logs / "later", loss=BROKEN)
    remember_settings(nights.lake, {"non_finite_loss": {"enabled": False}})
    return nights


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    found = more_to_judge(begun(tmp_path_factory.mktemp("undisturbed")))
    found.run(NIGHTS[1])
    return found


@pytest.mark.slow
@pytest.mark.parametrize("table", ["findings", "verdicts", "runs"])
def test_a_night_that_is_killed_before_any_of_its_commits_ends_as_an_undisturbed_one(
    nights, undisturbed, contents, table
):
    """It is taken up a day later; nothing is told twice or not at all."""
    more_to_judge(nights).is_killed(NIGHTS[1], table)
    nights.run(NIGHTS[2])
    mine, theirs = contents(nights.lake), contents(undisturbed.lake)
    assert mine["findings"] == theirs["findings"]
    assert mine["verdicts"] == theirs["verdicts"]
    # Where it had told of something, it is still the same night.
    night = NIGHTS[2] if table == "findings" else NIGHTS[1]
    assert nights.moments() == ({NIGHTS[0], night}, night)
    assert nights.history() == (NIGHTS[0], NIGHTS[0], night, 1)


def test_what_an_interrupted_night_told_is_new_in_the_night_that_goes_on_with_more(nights):
    nights.is_killed(NIGHTS[0], "verdicts")
    write_run(nights.logs / "later", loss=BROKEN)
    nights.run(NIGHTS[1])
    assert nights.moments() == ({NIGHTS[0]}, NIGHTS[0])
    assert nights.history() == nights.history("logs/later") == (NIGHTS[0], NIGHTS[0], None, 1)
