"""The list of stages: what it declares is what the stages do."""

import re
from pathlib import Path

import pytest

from insight_lib.errors import InputError
from insight_lib.lake.contract import table_names
from insight_lib.pipeline.inputs import Inputs
from insight_lib.pipeline.stage import Context
from insight_lib.pipeline.stages import STAGES, WRITTEN_BY_PEOPLE, stage_named
from tests.in_process import InProcess
from tests.watched_lake import WatchedLake

JOBS = Path(__file__).parents[2] / "jobs"
ALL_STAGES = pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)


def test_every_table_has_exactly_one_stage_that_writes_it_or_is_written_by_people():
    written = [table for stage in STAGES for table in stage.writes]
    assert sorted([*written, *WRITTEN_BY_PEOPLE]) == list(table_names())


@ALL_STAGES
def test_what_a_stage_reads_or_adds_to_was_written_before_it(stage):
    before = STAGES[: STAGES.index(stage)]
    known = {table for earlier in before for table in earlier.writes} | set(WRITTEN_BY_PEOPLE)
    assert {*stage.reads, *stage.adds_to} <= known


@ALL_STAGES
def test_a_stage_reads_no_table_that_it_does_not_declare(stage, night, tmp_path):
    lake = WatchedLake(night.lake.root)
    stage.run(Context(lake, InProcess(), Inputs((night.zoo / "runs",)), tmp_path / "report"))
    assert lake.was_read <= {*stage.reads, *stage.writes, *stage.adds_to}


def test_the_commits_of_a_night_are_recorded_under_the_declared_applications(night):
    for stage in STAGES:
        for table in stage.writes:
            declared = {
                name
                for other in STAGES
                if table in (*other.writes, *other.adds_to)
                for name in other.applications
            }
            commits = night.lake.delta(table).history()
            recorded = {txn["appId"] for c in commits for txn in c.get("transactions", [])}
            assert {re.sub(r"-\d+$", "", name) for name in recorded} <= declared


def test_every_stage_has_a_job_of_its_name_and_other_jobs_are_maintenance_and_tasks():
    jobs = {path.stem for path in JOBS.glob("[!_]*.py")}
    assert jobs == {stage.name for stage in STAGES} | {"maintain", "task"}


@ALL_STAGES
def test_a_stage_is_found_by_its_name(stage):
    assert stage_named(stage.name) is stage


def test_a_stage_that_is_not_there_is_refused_with_the_names_of_those_that_are():
    with pytest.raises(InputError, match="no stage evaluation; name one of ingest_summaries, "):
        stage_named("evaluation")
