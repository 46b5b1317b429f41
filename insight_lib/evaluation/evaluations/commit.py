"""Put what was evaluated in the place of what it supersedes; each table in one commit."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from insight_lib.evaluation.evaluations.tables import TABLES
from insight_lib.evaluation.grouping import GroupKey, group_by_key, last_steps
from insight_lib.lake.parquet import DataFile
from insight_lib.lake.run_stage import Progress
from insight_lib.lake.tables import Lake

APPLICATION = "evaluate"
"""Under which the commits are recorded, with the batch as version."""

EVALUATED = Progress(APPLICATION, TABLES)


@dataclass(frozen=True)
class Superseded:
    """What was known before and is evaluated again.

    Attributes:
        whole: Runs of which nothing stays.
        known: All keys of the other runs that were evaluated before.
        evaluated: The keys that were evaluated now.
    """

    whole: frozenset[str]
    known: frozenset[GroupKey]
    evaluated: frozenset[GroupKey]

    def keys(self, name: str) -> frozenset[GroupKey]:
        """Return the keys whose rows of a table go: evaluated again, curves of earlier steps."""
        again = self.known & self.evaluated
        if name != "curves":
            return again
        last = last_steps(self.known | self.evaluated)
        drawn = last_steps(self.known)
        return again | {
            key
            for key in self.known
            if drawn[key.run_id, key.split] == key.step < last[key.run_id, key.split]
        }


def commit(
    lake: Lake, files: Mapping[str, Sequence[DataFile]], superseded: Superseded, batch: int
) -> None:
    """Commit the files of all tables; what was committed for this batch before stays as it is."""
    for name in TABLES:
        keys = superseded.keys(name)
        among: dict[str, list[str] | list[int]] = {
            "run_id": sorted({key.run_id for key in keys} | superseded.whole)
        }
        if not superseded.whole:
            among["step"] = sorted({key.step for key in keys})
        doomed = _doomed(keys, superseded.whole)
        lake.replace_where(name, among, doomed, files.get(name, []), APPLICATION, batch)


def _doomed(keys: Collection[GroupKey], run_ids: Collection[str]) -> Callable[[pa.Table], pa.Array]:
    def mask(rows: pa.Table) -> pa.Array:
        found = np.zeros(rows.num_rows, np.bool_)
        for group in group_by_key(rows):
            found[group.rows] = group.key in keys or group.key.run_id in run_ids
        return pa.array(found)

    return mask
