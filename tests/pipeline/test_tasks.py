"""Tasks hold all stages in order, and each table is completed by one of them."""

import json

import pytest

from insight_lib.cli.job import run_task_job
from insight_lib.cli.main import main
from insight_lib.errors import InputError
from insight_lib.lake.contract import table_names
from insight_lib.lake.tables import open_lake
from insight_lib.pipeline.stages import STAGES, WRITTEN_BY_PEOPLE
from insight_lib.pipeline.tasks import TASKS, task_named


@pytest.fixture
def lake(tmp_path):
    return open_lake(tmp_path / "lake", create=True)


def test_stages_of_a_task_follow_each_other():
    assert [stage for task in TASKS for stage in task.stages] == list(STAGES)
    names = [task.name for task in TASKS]
    assert names == ["ingest", "evaluation", "dissection", "risk", "report"]


def test_every_table_is_completed_by_one_task_or_written_by_people():
    completed = [table for task in TASKS for table in task.completes]
    assert sorted([*completed, *WRITTEN_BY_PEOPLE]) == list(table_names())


def test_a_table_to_which_a_later_task_adds_is_completed_by_that_one():
    assert "runs" in task_named("ingest").writes
    assert "runs" not in task_named("ingest").completes
    assert "runs" in task_named("risk").completes


def test_a_task_that_is_not_there_is_refused_with_the_names_of_those_that_are():
    with pytest.raises(InputError, match=r"no task evaluate; name one of ingest, evaluation, "):
        task_named("evaluate")


def test_the_command_lists_the_stages_by_task(capsys):
    assert main(["stages"]) == 0
    said = capsys.readouterr().out
    places = [said.index(f"│{stage.task} ") for stage in STAGES]
    assert places == sorted(places)
    assert main(["stages", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [task["name"] for task in told["tasks"]] == [task.name for task in TASKS]


def test_a_task_runs_its_stages_in_order_and_starts_no_jvm_where_nothing_is_new(lake, capsys):
    task = task_named("evaluation")
    assert run_task_job([task.name, "--lake", str(lake.root)]) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert [line[:20].strip() for line in lines] == [stage.title for stage in task.stages]
    assert all("nothing new" in line for line in lines)
    assert last == "task evaluation done"


def test_ingest_asks_for_a_log_root_where_the_lake_knows_none(lake, capsys):
    assert run_task_job(["ingest", "--lake", str(lake.root)]) == 2
    assert "knows no log root yet; name one" in capsys.readouterr().err


def test_a_task_that_reads_no_files_refuses_a_log_root(lake, tmp_path, capsys):
    run = tmp_path / "logs" / "run"
    run.mkdir(parents=True)
    (run / "events.out.tfevents.1.host").touch()
    given = ["risk", str(tmp_path / "logs"), "--lake", str(lake.root)]
    assert run_task_job(given) == 2
    assert "the task risk reads no files; name them to the task ingest" in capsys.readouterr().err
