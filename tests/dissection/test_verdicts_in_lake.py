"""Verdicts in a lake: every run has one in table ``runs``, whatever happened in between."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.transaction import Transaction
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from insight_lib.dissection.findings.history import HISTORY
from insight_lib.dissection.stage import refresh_findings
from insight_lib.errors import LakeError
from insight_lib.events.ingest.stage import ingest_events
from insight_lib.events.runs.refresh_runs import refresh_runs
from insight_lib.events.runs.stage import RUNS
from insight_lib.events.runs.verdicts import VERDICT_COLUMNS
from insight_lib.lake.sql import query
from insight_lib.lake.tables import Lake, open_lake
from insight_lib.lake.versions import SCHEMA_VERSION_PROPERTY
from insight_lib.pipeline.inputs import Inputs
from insight_lib.pipeline.nightly import nightly
from insight_lib.risk.stages.run_states import refresh_states
from tests.in_process import InProcess

FALLING = [1.0, 0.8, 0.6, 0.5, 0.4, 0.35, 0.3]
LOGGED = {
    "broken": {"loss": [1.0, 0.9, np.nan, np.nan]},
    "empty": {},
    "learnt": {"loss": FALLING, "lr": [0.1] * 7},
    "short": {"loss": FALLING[:3]},
}
VERDICTS = {
    "logs/broken": "failing",
    "logs/empty": "not judged",
    "logs/learnt": "healthy",
    "logs/short": "not judged",
}


def write(folder, series, first_step=0):
    writer = EventFileWriter(str(folder), filename_suffix=f".{first_step}")
    for tag, values in series.items():
        for step, value in enumerate(values, first_step):
            summary = summary_pb2.Summary()
            summary.value.add(tag=tag, simple_value=value)
            writer.add_event(event_pb2.Event(step=step, wall_time=1.0, summary=summary))
    writer.close()


@dataclass
class Nights:
    logs: Path
    lake: Lake

    def run(self):
        nightly(self.lake, InProcess(), Inputs((self.logs,)), self.logs.parent / "report")

    def verdicts(self):
        rows = self.lake.read("runs", ["run_id", "verdict"]).to_pylist()
        return {row["run_id"]: row["verdict"] for row in rows}

    def commits(self):
        return {name: self.lake.delta(name).version() for name in ("runs", "verdicts")}


def first_night(folder):
    for name, series in LOGGED.items():
        write(folder / "logs" / name, series)
    found = Nights(folder / "logs", open_lake(folder / "lake", create=True))
    found.run()
    return found


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory):
    return first_night(tmp_path_factory.mktemp("unchanged"))


@pytest.fixture
def nights(tmp_path):
    return first_night(tmp_path)


def test_every_run_has_its_verdict_in_both_tables(unchanged):
    assert unchanged.verdicts() == VERDICTS
    columns = ["run_id", *VERDICT_COLUMNS]
    both = [unchanged.lake.read(name, columns).sort_by("run_id") for name in ("runs", "verdicts")]
    assert both[0].to_pylist() == both[1].to_pylist()


def test_sql_and_other_readers_see_the_verdict_and_why(unchanged):
    asked = "SELECT run_id, judged['loss'] AS loss FROM {} WHERE verdict = 'healthy'"
    expected = [("logs/learnt", "loss, 7 points")]
    rows = query(unchanged.lake, asked.format("runs")).to_pylist()
    assert [tuple(row.values()) for row in rows] == expected
    runs = DeltaTable(unchanged.lake.root / "runs").to_pyarrow_dataset()
    assert duckdb.from_arrow(runs).query("r", asked.format("r")).fetchall() == expected
    why = "SELECT not_judged['loss'] AS why FROM runs WHERE run_id = 'logs/short'"
    assert query(unchanged.lake, why)["why"].to_pylist() == ["loss has 3 points only: 5 are needed"]


def test_a_night_with_nothing_new_commits_nothing(unchanged):
    before = unchanged.commits()
    unchanged.run()
    assert unchanged.commits() == before


def test_a_run_that_goes_on_keeps_its_verdict_until_it_is_dissected_again(nights):
    write(nights.logs / "learnt", {"loss": [np.nan] * 3}, first_step=7)
    ingest_events(nights.lake, InProcess(), [nights.logs])
    refresh_runs(nights.lake, InProcess())
    assert nights.verdicts() == VERDICTS
    nights.run()
    assert nights.verdicts() == VERDICTS | {"logs/learnt": "failing"}


def test_a_run_whose_state_changes_keeps_its_verdict(nights):
    columns = ["run_id", *VERDICT_COLUMNS]
    before = nights.lake.read("runs", columns).sort_by("run_id").to_pylist()
    assert set(nights.lake.read("runs")["state"].to_pylist()) == {"running"}
    later = datetime.now(UTC) + timedelta(days=2)
    assert refresh_states(nights.lake, later) == sorted(VERDICTS)
    assert set(nights.lake.read("runs")["state"].to_pylist()) == {"ended"}
    assert nights.lake.read("runs", columns).sort_by("run_id").to_pylist() == before


def test_rules_that_are_switched_off_change_the_verdict_the_next_night(nights):
    off = {"non_finite_loss": {"enabled": False}}
    inputs = Inputs((nights.logs,), rules=off)
    nightly(nights.lake, InProcess(), inputs, nights.logs.parent / "report")
    assert nights.verdicts() == VERDICTS | {"logs/broken": "not judged"}


def test_an_interruption_before_the_verdicts_are_copied_is_made_up_for(nights, monkeypatch):
    write(nights.logs / "learnt", {"loss": [np.nan] * 3}, first_step=7)
    ingest_events(nights.lake, InProcess(), [nights.logs])
    refresh_runs(nights.lake, InProcess())
    replace = Lake.replace

    def full_disk(lake, name, *arguments):
        if name == "runs":
            raise LakeError("no space left")
        replace(lake, name, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Lake, "replace", full_disk)
        with pytest.raises(LakeError, match="no space left"):
            nights.run()
    assert nights.verdicts() == VERDICTS
    assert refresh_findings(nights.lake, InProcess(), datetime.now(UTC)) == []
    assert nights.verdicts() == VERDICTS | {"logs/learnt": "failing"}


@pytest.fixture
def earlier(nights):
    """The lake as an earlier version left it: no table of verdicts, nor columns of later ones."""
    later = (*VERDICT_COLUMNS, "end_said", "longest_gap_s")
    rows = nights.lake.read("runs").drop_columns(list(later))
    found = nights.lake.read("findings").drop_columns(["fault_type", "remedy", *HISTORY])
    noted = [Transaction(RUNS.name, nights.lake.committed("runs", RUNS.name))]
    for name in ("runs", "findings", "verdicts"):
        shutil.rmtree(nights.lake.root / name)
    folder = nights.lake.root / "runs"
    version = {SCHEMA_VERSION_PROPERTY: "1"}
    DeltaTable.create(folder, rows.schema, configuration=version, raise_if_key_not_exists=False)
    noted = CommitProperties(app_transactions=noted)
    write_deltalake(folder, rows, mode="append", commit_properties=noted)
    folder = nights.lake.root / "findings"
    DeltaTable.create(folder, found.schema, configuration=version, raise_if_key_not_exists=False)
    write_deltalake(folder, found, mode="append")
    return nights


def test_a_lake_of_an_earlier_version_is_read_without_verdicts_and_gets_them_the_next_night(
    earlier,
):
    assert open_lake(earlier.lake.root).is_outdated("runs")
    assert set(earlier.verdicts().values()) == {None}
    rows = query(earlier.lake, "SELECT run_id, verdict, judged FROM runs").to_pylist()
    assert [row["verdict"] for row in rows] == [None] * len(LOGGED)
    earlier.run()
    assert earlier.verdicts() == VERDICTS
    assert not earlier.lake.is_outdated("runs")
    assert query(earlier.lake, "SELECT count(verdict) AS n FROM runs")["n"].to_pylist() == [4]


def test_findings_of_an_earlier_version_get_their_fault_types_the_next_night(earlier):
    kinds = "SELECT DISTINCT fault_type AS kind, remedy FROM findings"
    assert open_lake(earlier.lake.root).is_outdated("findings")
    assert query(earlier.lake, kinds)["kind"].to_pylist() == [None]
    earlier.run()
    assert not earlier.lake.is_outdated("findings")
    assert query(earlier.lake, kinds)["kind"].to_pylist() == ["learning_rate"]


def test_findings_of_an_earlier_version_stand_and_are_not_new_the_next_night(earlier):
    asked = "SELECT rule FROM findings WHERE resolved_at IS NULL AND first_seen_at IS NULL"
    before = query(earlier.lake, asked).to_pylist()
    assert before == [{"rule": "non_finite_loss"}]
    write(earlier.logs / "later", LOGGED["broken"])
    earlier.run()
    [old, new] = earlier.lake.read("findings").sort_by("run_id").to_pylist()
    [night] = {row["judged_at"] for row in earlier.lake.read("verdicts").to_pylist()}
    assert [old[name] for name in HISTORY] == [None, None, night, None, 1]
    assert [new[name] for name in HISTORY] == [night, night, night, None, 1]
    assert query(earlier.lake, asked).to_pylist() == before
