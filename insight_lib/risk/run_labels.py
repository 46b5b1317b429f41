"""What people say of runs, kept in ``run_labels``: a new label replaces a run's older one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa

from insight_lib.lake.contract import contract
from insight_lib.lake.known_runs import check_known
from insight_lib.lake.tables import Lake

LABELS = ("healthy", "failed")
APPLICATION = "label"


@dataclass(frozen=True)
class RunLabel:
    """A person's verdict on a run; ``label`` is one of `LABELS`."""

    run_id: str
    label: str
    reason: str | None = None


def label_runs(lake: Lake, labels: Sequence[RunLabel]) -> None:
    """Record the labels.

    Raises:
        InputError: The lake knows no such run.
    """
    check_known(lake, [one.run_id for one in labels])
    now = datetime.now(UTC)
    rows = [
        {"run_id": one.run_id, "label": one.label, "reason": one.reason, "labelled_at": now}
        for one in labels
    ]
    lake.replace(
        "run_labels",
        "run_id",
        [one.run_id for one in labels],
        pa.Table.from_pylist(rows, schema=contract("run_labels").schema),
        APPLICATION,
        lake.committed("run_labels", APPLICATION) + 1,
    )
