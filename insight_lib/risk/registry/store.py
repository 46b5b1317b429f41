"""Read and write ``risk_models``."""

from collections.abc import Iterable

import pyarrow as pa

from insight_lib.lake.contract import contract
from insight_lib.lake.tables import Lake
from insight_lib.risk.registry.record import ModelRecord

APPLICATION = "registry"


def read_records(lake: Lake) -> list[ModelRecord]:
    """Return all models that the lake knows, the newest first."""
    found = [ModelRecord.of_row(row) for row in lake.read("risk_models").to_pylist()]
    return sorted(found, key=lambda one: (one.trained_at, one.version), reverse=True)


def write_records(lake: Lake, records: Iterable[ModelRecord]) -> None:
    """Put these records in the place of those of the same versions, in one commit.

    Call it as the lake's only writer.
    """
    changed = list(records)
    if not changed:
        return
    lake.replace(
        "risk_models",
        "model_version",
        [one.version for one in changed],
        pa.Table.from_pylist([one.row() for one in changed], contract("risk_models").schema),
        APPLICATION,
        lake.committed("risk_models", APPLICATION) + 1,
    )
