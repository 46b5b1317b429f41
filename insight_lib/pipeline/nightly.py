"""Run the stages of a night in order; each prints one line when it is done."""

import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from insight_lib.errors import InputError
from insight_lib.events.ingest.ledger import known_roots
from insight_lib.lake.batch_log import LEDGERS, pending_plan
from insight_lib.lake.maintenance import LEAST_RETENTION_HOURS, Maintained, maintain
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers
from insight_lib.pipeline.inputs import Inputs, remember_inputs
from insight_lib.pipeline.stage import Context, PipelineStage, current_time
from insight_lib.pipeline.stages import STAGES
from insight_lib.predictions.ingest.stage import remembered_patterns
from insight_lib.screen import print_text

INGESTING = tuple(stage for stage in STAGES if stage.name.startswith("ingest_"))


def nightly(
    lake: Lake,
    workers: Workers,
    inputs: Inputs,
    out: Path | None = None,
    now: datetime | None = None,
) -> None:
    """Run every stage on what is new; where no place is named, in those that the lake knows.

    Args:
        lake: the caller is its only writer.
        workers: they run the tasks of the stages.
        inputs: where files are looked for.
        out: folder of the report, None for the lake's own.
        now: when the night begins, None for what the clock says.

    Raises:
        InputError: No place is named and the lake knows none.
    """
    at = now or current_time()
    run_stages(STAGES, Context(lake, workers, known_inputs(lake, inputs), out, at))


def known_inputs(lake: Lake, inputs: Inputs) -> Inputs:
    """Return the inputs with the places that the lake knows, where none is named.

    Raises:
        InputError: No place is named and the lake knows none.
    """
    if not inputs.are_named:
        inputs = replace(inputs, roots=known_roots(lake), patterns=remembered_patterns(lake))
    if not inputs.are_named:
        raise InputError(f"the lake {lake.root} knows no log root yet; name one")
    return inputs


def bring_in(lake: Lake, workers: Workers, inputs: Inputs) -> None:
    """Ingest the event and prediction files; bad input is named on stderr."""
    run_stages(INGESTING, Context(lake, workers, inputs))


def tidy(
    lake: Lake, workers: Workers, retention_hours: int = LEAST_RETENTION_HOURS
) -> list[Maintained]:
    """Maintain the lake; interrupted batches are repeated first, as a night would."""
    if any(pending_plan(lake, application) is not None for application in LEDGERS):
        bring_in(lake, workers, Inputs())
    return maintain(lake, workers, retention_hours)


def run_stages(stages: Iterable[PipelineStage], context: Context) -> None:
    """Run stages in order, print a line for each, and name bad input on stderr."""
    remember_inputs(context.lake, context.inputs)
    for stage in stages:
        started_s = time.monotonic()
        done = stage.run(context)
        taken_s = time.monotonic() - started_s
        context.spent.append((stage.title, taken_s))
        head = f"{stage.title:<20} {taken_s:5.1f} s  "
        print_text(head + done.text, indent=len(head))
        for remark in done.remarks:
            print(f"  {remark}", file=sys.stderr)
