"""Rows of table ``series``: what each scalar series of some runs is."""

from collections import defaultdict
from typing import Any

import pyarrow as pa

from insight_lib.events.current_rows import places_of
from insight_lib.lake.contract import contract
from insight_lib.series.by_run import series_by_run
from insight_lib.series.recognition import RoleSource
from insight_lib.series.role import Cadence, Direction, Phase, Role, SeriesRole, Unit
from insight_lib.series.series import Key, Series

_SAID = (
    *("role", "phase", "unit", "direction", "cadence"),
    *("sure", "why", "scale", "lowest", "moving"),
)
ROLE_COLUMNS = ("run_id", "stream", "tag", *_SAID)
"""What is read of the table where the roles are wanted."""


def series_table(scalars: pa.Table, source: RoleSource) -> pa.Table:
    """Return a row for each series of some whole runs, sorted by its key.

    Args:
        scalars: current points only, as of ``series_by_run``.
        source: says what the series are.
    """
    rows: list[dict[str, Any]] = []
    for run_id, own in series_by_run(scalars).items():
        written = {key: one for key, (one, _) in own.items()}
        placed = {key: Series(places_of(one.steps), one.values) for key, one in written.items()}
        roles = source.roles(run_id, placed)
        rows += [_row(run_id, key, one, roles[key]) for key, one in written.items()]
    return pa.Table.from_pylist(rows, schema=contract("series").schema)


def roles_by_run(rows: pa.Table) -> dict[str, dict[Key, SeriesRole]]:
    """Return what each series is, by run.

    Args:
        rows: ``ROLE_COLUMNS`` of the table.
    """
    found: dict[str, dict[Key, SeriesRole]] = defaultdict(dict)
    for row in rows.to_pylist():
        found[row["run_id"]][row["stream"], row["tag"]] = _role(row)
    return dict(found)


def _row(run_id: str, key: Key, series: Series, about: SeriesRole) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "stream": key[0],
        "tag": key[1],
        **{name: getattr(about, name) for name in _SAID},
        "points": series.steps.size,
        "first_step": int(series.steps[0]),
        "last_step": int(series.steps[-1]),
    }


def _role(row: dict[str, Any]) -> SeriesRole:
    phase, unit, direction, cadence = (row[n] for n in ("phase", "unit", "direction", "cadence"))
    return SeriesRole(
        role=Role(row["role"]),
        phase=None if phase is None else Phase(phase),
        unit=None if unit is None else Unit(unit),
        direction=None if direction is None else Direction(direction),
        cadence=None if cadence is None else Cadence(cadence),
        sure=row["sure"],
        why=row["why"],
        scale=row["scale"],
        lowest=row["lowest"],
        moving=row["moving"],
    )
