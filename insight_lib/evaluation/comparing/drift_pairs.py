"""Which score distributions are compared: each with one that came before it, so never all pairs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.evaluation.grouping import ALL_ROWS

PREVIOUS_STEP = "previous_step"
PREVIOUS_RUN = "previous_run"


@dataclass(frozen=True, order=True)
class Scored:
    """Where scores are of: all examples of a run, step and split."""

    run_id: str
    step: int
    split: str


@dataclass(frozen=True)
class Comparison:
    """Scores and what they are compared with; ``against`` as in table ``score_drift``."""

    scored: Scored
    against: str
    reference: Scored


def comparisons(evaluations: pa.Table, runs: pa.Table) -> list[Comparison]:
    """Name every comparison that there is; as many as steps and runs together, at most.

    A step is compared with the step before it in its run and split. The last step of a run and
    split is compared with that of the run before it in the experiment, which has this split: runs
    are in order of their first event, those without any after the others, then of their names.
    Steps of which every row was refused have no scores, and are left out.
    So a training that is repeated each night is compared night by night, whether a night is a new
    step of one run or a run of its own.

    Args:
        evaluations: Columns run_id, step, split, slice and rows.
        runs: Columns run_id, experiment and first_event_at.
    """
    whole = evaluations.filter((pc.field("slice") == ALL_ROWS) & (pc.field("rows") > 0))
    steps: dict[tuple[str, str], list[Scored]] = defaultdict(list)
    for row in whole.select(["run_id", "step", "split"]).to_pylist():
        steps[row["run_id"], row["split"]].append(Scored(**row))
    within = [sorted(found) for _, found in sorted(steps.items())]
    pairs = [pair for found in within for pair in _pairs(found, PREVIOUS_STEP)]
    last = {(found[-1].run_id, found[-1].split): found[-1] for found in within}
    for ordered in _experiments(runs):
        for split in sorted({split for _, split in last}):
            ends = [last[run_id, split] for run_id in ordered if (run_id, split) in last]
            pairs += _pairs(ends, PREVIOUS_RUN)
    return pairs


def _pairs(ordered: Iterable[Scored], against: str) -> Iterator[Comparison]:
    return (Comparison(after, against, before) for before, after in pairwise(ordered))


def _experiments(runs: pa.Table) -> Iterator[Sequence[str]]:
    """Return the runs of each experiment in their order."""
    order = [(name, "ascending") for name in ("experiment", "first_event_at", "run_id")]
    ordered = runs.sort_by(order).select(["experiment", "run_id"]).to_pylist()
    for _, rows in groupby(ordered, lambda row: row["experiment"]):
        yield [row["run_id"] for row in rows]
