"""The tables ``evaluations`` and ``score_drift`` -> AUCs that moved by more than chance.

The last step of each run and split is compared with the step before it, and with the last step of
the run before it in its experiment, by the z-test that ``volatility`` describes. All of these tests
are one family: |z| has to reach the two-sided 5 % level divided by their number.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from insight_lib.evaluation.by_step.volatility import least_z
from insight_lib.report.names import page_name
from insight_lib.report.records.movers import Mover, Movers

AUC_COLUMNS = ("run_id", "step", "split", "slice", "auc", "auc_stderr")
REFERENCE_COLUMNS = ("run_id", "step", "split", "against", "reference_run_id", "reference_step")
MOST = 20

Row = Mapping[str, Any]
_Place = tuple[str, str]
_Steps = dict[_Place, dict[int, Row]]
"""By run and split the rows of all examples, by step."""


def movers(evaluations: pa.Table, drift: pa.Table) -> Movers:
    """Return the moves that chance does not explain: falls first, the surest first.

    Args:
        evaluations: at least its ``AUC_COLUMNS``.
        drift: table ``score_drift``, at least its ``REFERENCE_COLUMNS``: it says which run is
            before which.
    """
    steps = _steps(evaluations)
    moves = [*_from_step_to_step(steps), *_from_run_to_run(steps, drift)]
    beyond = [move for move in moves if abs(move.z) > least_z(len(moves))]
    beyond.sort(key=lambda move: (move.z > 0, -abs(move.z), move.run_id, move.split))
    return Movers(tuple(beyond[:MOST]), len(moves), max(len(beyond) - MOST, 0))


def _steps(evaluations: pa.Table) -> _Steps:
    found: _Steps = {}
    for row in evaluations.select(AUC_COLUMNS).to_pylist():
        is_known = row["auc"] is not None and row["auc_stderr"] is not None
        if row["slice"] == "" and is_known and math.isfinite(row["auc"]):
            found.setdefault((row["run_id"], row["split"]), {})[row["step"]] = row
    return found


def _from_step_to_step(steps: _Steps) -> Iterator[Mover]:
    for by_step in steps.values():
        if len(by_step) > 1:
            before, last = sorted(by_step)[-2:]
            yield from _move(by_step[last], by_step[before])


def _from_run_to_run(steps: _Steps, drift: pa.Table) -> Iterator[Mover]:
    for row in drift.select(REFERENCE_COLUMNS).to_pylist():
        if row["against"] == "previous_run":
            here = steps.get((row["run_id"], row["split"]), {}).get(row["step"])
            there = steps.get((row["reference_run_id"], row["split"]), {})
            before = there.get(row["reference_step"])
            if here is not None and before is not None:
                yield from _move(here, before)


def _move(row: Row, before: Row) -> Iterator[Mover]:
    error = math.hypot(row["auc_stderr"], before["auc_stderr"])
    if error > 0:
        yield Mover(
            run_id=row["run_id"],
            page=f"runs/{page_name(row['run_id'])}",
            split=row["split"],
            step=row["step"],
            auc=row["auc"],
            reference_run_id=before["run_id"],
            reference_step=before["step"],
            reference_auc=before["auc"],
            z=(row["auc"] - before["auc"]) / error,
        )
