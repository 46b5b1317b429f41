"""Change some columns of some rows of table ``runs``."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from insight_lib.lake.contract import contract
from insight_lib.lake.tables import Lake

Row = dict[str, Any]


def change_runs(lake: Lake, changes: Mapping[str, Row], application: str) -> None:
    """Give runs new values of some columns, in one commit; nothing happens without a change.

    Args:
        lake: its only writer is the caller.
        changes: run to its new values.
        application: under which the commit is recorded.
    """
    if not changes:
        return
    rows = [row | changes[row["run_id"]] for row in run_rows(lake.read("runs", None, [*changes]))]
    new = pa.Table.from_pylist(
        [{name: _plain(value) for name, value in row.items()} for row in rows],
        schema=contract("runs").schema,
    )
    version = lake.committed("runs", application) + 1
    lake.replace("runs", "run_id", changes, new, application, version)


def run_rows(table: pa.Table) -> list[Row]:
    """Return rows of ``runs`` with maps as dicts."""
    rows: list[Row] = table.to_pylist(maps_as_pydicts="strict")
    return rows


def _plain(value: object) -> object:
    return list(value.items()) if isinstance(value, dict) else value
