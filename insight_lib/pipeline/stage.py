"""What a stage of the pipeline declares, what it is given, and what it says it did."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers
from insight_lib.pipeline.inputs import Inputs


def current_time() -> datetime:
    """Return what the clock says."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Context:
    """What every stage is given.

    Attributes:
        lake: The lake; the caller is its only writer.
        workers: They run the tasks of a stage.
        inputs: Where files are looked for; only the stages that ingest use it.
        out: Folder of the report, None for the lake's own; only the report stage uses it.
        now: When the night began; states, histories and mutes go by it.
        spent: The stages that have run, and how long each took, in seconds; the report shows it.
    """

    lake: Lake
    workers: Workers
    inputs: Inputs
    out: Path | None = None
    now: datetime = field(default_factory=current_time)
    spent: list[tuple[str, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """What a stage did.

    Attributes:
        text: One line for people.
        remarks: A line for each kind of bad input.
        run_ids: The runs that it brought up to date, of a stage that works run by run.
    """

    text: str
    remarks: tuple[str, ...] = ()
    run_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class PipelineStage:
    """One stage of the nightly pipeline, also one job and a part of a scheduler's task.

    Attributes:
        name: The name of its job, ``jobs/<name>.py``.
        title: What the nightly calls it in the line that it prints.
        task: The task to which it belongs; stages of one task follow each other.
        purpose: What it does, one sentence.
        reads: The tables that it reads, each written by an earlier stage or by people.
        writes: The tables that no other stage writes.
        applications: Under which its commits are recorded in the Delta logs of these tables; a
            stage that works by settings adds their number to its own.
        run: Bring its tables up to date.
        adds_to: Tables of an earlier stage to which it adds its own rows or columns.
    """

    name: str
    title: str
    task: str
    purpose: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    applications: tuple[str, ...]
    run: Callable[[Context], Outcome]
    adds_to: tuple[str, ...] = ()
