"""The rows that the study is about: the learning table with what the baselines look at."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from insight_lib.columnar.arrays import Booleans, Floats, Places
from insight_lib.errors import InputError
from insight_lib.risk.landmarks import SHARES
from insight_lib.risk.outcomes.outcome import Kind
from insight_lib.risk.training.learning_table import LearningTable, read_learning_table
from insight_lib.risk.training.peers import among_peers
from tests.bench.risk.places import BASELINES, ZOO


@dataclass(frozen=True, eq=False)
class Study:
    """Rows of runs at landmarks.

    Attributes:
        table: features and outcomes.
        baselines: column to its values, (rows,), NaN where not known.
    """

    table: LearningTable
    baselines: Mapping[str, Floats]

    @cached_property
    def family(self) -> npt.NDArray[np.str_]:
        """The family of each row's program."""
        return np.array(self.table.family, dtype=np.str_)

    @cached_property
    def program(self) -> npt.NDArray[np.str_]:
        """The program of each row."""
        return np.array(self.table.program, dtype=np.str_)

    @cached_property
    def run(self) -> npt.NDArray[np.str_]:
        """The run of each row."""
        return np.array(self.table.matrix.run_ids, dtype=np.str_)

    @cached_property
    def failed(self) -> Booleans:
        """Whether the run of each row failed in the end."""
        return self.table.failed == 1

    @cached_property
    def is_non_finite(self) -> Booleans:
        """Whether the run of each row failed by a value that is not finite."""
        return np.array([kind == Kind.NON_FINITE for kind in self.table.kind], dtype=np.bool_)

    def at(self, share: float) -> Places:
        """Return the rows at a share of the run at which it had not failed yet: to foresee."""
        return np.flatnonzero(np.isclose(self.table.share, share) & ~self.table.has_failed)

    def columns(self, names: Sequence[str]) -> Floats:
        """Return baseline columns side by side, (rows, names); NaN where there is none such."""
        unknown = np.full(self.failed.size, np.nan)
        return np.column_stack([self.baselines.get(name, unknown) for name in names])

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that the study is about, in hexadecimal."""
        digest = hashlib.sha256(self.table.fingerprint.encode())
        for name in sorted(self.baselines):
            digest.update(name.encode())
            digest.update(self.baselines[name].astype("<f4").tobytes())
        return digest.hexdigest()


def read_study(zoo: Path = ZOO, baselines: Path = BASELINES) -> Study:
    """Return the rows of the committed tables at the shares that are judged.

    Raises:
        InputError: either is missing or of another form, or a row has no baselines.
    """
    table = among_peers(read_learning_table(zoo))
    table = table.rows(np.isclose(table.share[:, np.newaxis], SHARES).any(axis=1))
    if not baselines.exists():
        raise InputError(f"no {baselines}; run `python -m tests.bench.risk.baselines.recipe`")
    return Study(table, _joined(table, pq.read_table(baselines), baselines))


def _joined(table: LearningTable, read: pa.Table, where: Path) -> dict[str, Floats]:
    keys = zip(read["run"].to_pylist(), read["share"].to_pylist(), strict=True)
    place_of = {(run, round(share, 4)): place for place, (run, share) in enumerate(keys)}
    wanted = zip(table.matrix.run_ids, table.share.tolist(), strict=True)
    places = [place_of.get((run, round(share, 4))) for run, share in wanted]
    if None in places:
        raise InputError(f"{where} lacks {places.count(None)} rows of the zoo; write it again")
    order = np.array(places, dtype=np.intp)
    names = [name for name in read.column_names if name.startswith("b_")]
    return {name: _floats(read[name])[order] for name in names}


def _floats(column: pa.ChunkedArray) -> Floats:
    return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
