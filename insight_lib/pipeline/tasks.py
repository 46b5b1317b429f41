"""The tasks of a scheduler: stages that follow each other and share one Spark application.

An application costs seconds to start, so a task holds several stages. DAG files read the tasks
from ``airflow_dags/stages.json``, since they import nothing of this package.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from insight_lib.errors import InputError
from insight_lib.pipeline.stage import PipelineStage
from insight_lib.pipeline.stages import STAGES

STAGES_FILE = "airflow_dags/stages.json"
JOB = "jobs/task.py"


@dataclass(frozen=True)
class PipelineTask:
    """Some stages that run in one session.

    Attributes:
        name: As the scheduler and ``jobs/task.py`` call it.
        stages: In the order in which they run.
        completes: The tables that its stages write and no later task does.
    """

    name: str
    stages: tuple[PipelineStage, ...]
    completes: tuple[str, ...]

    @property
    def reads(self) -> tuple[str, ...]:
        """The tables that its stages read, in order of their names."""
        return _sorted(stage.reads for stage in self.stages)

    @property
    def writes(self) -> tuple[str, ...]:
        """The tables that its stages write or add to, in order of their names."""
        return _written(self.stages)


def _sorted(tables: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({table for each in tables for table in each}))


def _written(stages: Iterable[PipelineStage]) -> tuple[str, ...]:
    return _sorted((*stage.writes, *stage.adds_to) for stage in stages)


def grouped(stages: tuple[PipelineStage, ...]) -> tuple[PipelineTask, ...]:
    """Return the tasks of the stages, in order."""
    found: list[PipelineTask] = []
    done = 0
    for name, group in groupby(stages, key=lambda stage: stage.task):
        own = tuple(group)
        done += len(own)
        later = _written(stages[done:])
        completes = tuple(table for table in _written(own) if table not in later)
        found.append(PipelineTask(name, own, completes))
    return tuple(found)


TASKS = grouped(STAGES)


def task_named(name: str) -> PipelineTask:
    """Return a task by its name.

    Raises:
        InputError: There is no such task.
    """
    for task in TASKS:
        if task.name == name:
            return task
    raise InputError(f"there is no task {name}; name one of {', '.join(t.name for t in TASKS)}")


def tasks_for_json() -> dict[str, object]:
    """Return the job and its tasks in order, of strings and lists alone."""
    tasks = [
        {
            "name": task.name,
            "stages": [{"name": stage.name, "purpose": stage.purpose} for stage in task.stages],
            "reads": list(task.reads),
            "writes": list(task.writes),
            "completes": list(task.completes),
        }
        for task in TASKS
    ]
    return {"job": JOB, "tasks": tasks}


def stages_file_text() -> str:
    """Return what ``airflow_dags/stages.json`` says, as ``insight stages --json`` prints it."""
    return f"{json.dumps(tasks_for_json(), indent=2)}\n"
