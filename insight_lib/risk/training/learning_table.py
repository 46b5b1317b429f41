"""The learning table: what was known of runs at their landmarks, and what became of them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from insight_lib.columnar.arrays import Booleans, Floats, Places
from insight_lib.errors import InputError
from insight_lib.risk.models.matrix import FeatureMatrix

FEATURE_PREFIX = "x_"
COLUMNS = pa.schema(
    {
        "run": pa.string(),
        "program": pa.string(),
        "family": pa.string(),
        "fault": pa.string(),
        "strength": pa.float64(),
        "is_sampled": pa.bool_(),
        "share": pa.float64(),
        "cutoff_step": pa.int64(),
        "failed": pa.bool_(),
        "kind": pa.string(),
        "failed_share": pa.float64(),
        "has_failed": pa.bool_(),
    }
)
"""Columns before those of the features, which are float32 and begin with FEATURE_PREFIX."""
_NULLABLE = ("fault", "strength", "is_sampled", "share", "kind", "failed_share")


@dataclass(frozen=True)
class LearningTable:
    """One row a run and landmark, by rising run and share; arrays have shape (rows,).

    Attributes:
        matrix: features; NaN where not known.
        failed: 1 where the run failed in the end, 0 where it did not.
        has_failed: it had failed already at the landmark: detected, not foreseen.
        share: of the planned length, in (0, 1]; NaN where that is not known.
        cutoff_step: up to which step the run was seen.
        program: of the run.
        family: of the program.
        kind: of the failure; None where there is none.
        failed_share: when it failed, as share of the run; NaN where it did not.
        fault: what was done to the run; None where nothing is known.
        strength: of the fault; NaN where there is none.
        is_sampled: whether the run's settings were sampled.
    """

    matrix: FeatureMatrix
    failed: Floats
    has_failed: Booleans
    share: Floats
    cutoff_step: Places
    program: tuple[str, ...]
    family: tuple[str, ...]
    kind: tuple[str | None, ...]
    failed_share: Floats
    fault: tuple[str | None, ...]
    strength: Floats
    is_sampled: Booleans

    def rows(self, keep: Sequence[int] | Places | Booleans) -> "LearningTable":
        """Return some rows, by number or by a mask of shape (rows,)."""
        chosen = np.asarray(keep)
        places = np.flatnonzero(chosen) if chosen.dtype == np.bool_ else chosen.astype(np.intp)
        return LearningTable(
            matrix=self.matrix.rows(places),
            failed=self.failed[places],
            has_failed=self.has_failed[places],
            share=self.share[places],
            cutoff_step=self.cutoff_step[places],
            program=_chosen(self.program, places),
            family=_chosen(self.family, places),
            kind=_chosen(self.kind, places),
            failed_share=self.failed_share[places],
            fault=_chosen(self.fault, places),
            strength=self.strength[places],
            is_sampled=self.is_sampled[places],
        )

    @property
    def is_finished(self) -> Booleans:
        """Whether a row is of the end of its run, where nothing is left to foresee."""
        return np.asarray(self.share >= 1)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of runs, outcomes and features, in hexadecimal."""
        total = hashlib.sha256()
        for name, column in _columns(self).items():
            total.update(name.encode())
            total.update(repr(column.to_pylist()).encode())
        total.update(repr(self.matrix.names).encode())
        total.update(self.matrix.values.astype("<f4").tobytes())
        return total.hexdigest()


def _chosen(values: tuple[Any, ...], places: Places) -> tuple[Any, ...]:
    return tuple(values[i] for i in places)


def read_learning_table(path: Path) -> LearningTable:
    """Return the table of a Parquet file.

    Raises:
        InputError: it is no Parquet file, or `table_of_arrow` refuses what it holds.
    """
    try:
        read = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError(
            f"{path} is no learning table: {error}; pass a Parquet file that a recipe wrote"
        ) from error
    return table_of_arrow(read, str(path))


def write_learning_table(table: LearningTable, path: Path) -> None:
    """Write the table as Parquet.

    Raises:
        OSError: the file cannot be written.
    """
    features = {
        FEATURE_PREFIX + name: pa.array(column, from_pandas=True, type=pa.float32())
        for name, column in zip(table.matrix.names, table.matrix.values.T, strict=True)
    }
    pq.write_table(pa.table({**_columns(table), **features}), path, compression="zstd")


def table_of_arrow(read: pa.Table, where: str) -> LearningTable:
    """Return an Arrow table as a learning table; null and infinite features are unknown.

    Args:
        read: columns of COLUMNS, and of features.
        where: it comes from, for messages.

    Raises:
        InputError: columns are missing or of another type, hold null where they must not, or a run
            has two rows of one share; the message names every difference.
    """
    wrong = _differences(read)
    if wrong:
        raise InputError(
            f"{where} is no learning table: {'; '.join(wrong)}; write it again with the recipe"
        )
    order = [("run", "ascending"), ("share", "ascending"), ("cutoff_step", "ascending")]
    ordered = read.sort_by(order)
    table = _table(ordered)
    keys = list(zip(table.matrix.run_ids, table.share.tolist(), strict=True))
    twice = sorted({one[0] for one, other in pairwise(keys) if one == other})
    if twice:
        raise InputError(f"{where} has two rows of one share of {', '.join(twice[:5])}; keep one")
    return table


def _differences(read: pa.Table) -> list[str]:
    wrong = []
    for field in COLUMNS:
        if field.name not in read.column_names:
            wrong.append(f"column {field.name} is missing")
        elif not _fits(read.schema.field(field.name).type, field.type):
            wrong.append(f"column {field.name} is {read.schema.field(field.name).type}")
        elif field.name not in _NULLABLE and read[field.name].null_count:
            wrong.append(f"column {field.name} holds null")
    return wrong


def _fits(found: pa.DataType, wanted: pa.DataType) -> bool:
    if pa.types.is_null(found):
        return True
    tests = (pa.types.is_floating, pa.types.is_integer, pa.types.is_boolean)
    if pa.types.is_string(wanted):
        return bool(pa.types.is_string(found) or pa.types.is_large_string(found))
    return any(test(wanted) and test(found) for test in tests)


def _table(read: pa.Table) -> LearningTable:
    names = [name for name in read.column_names if name.startswith(FEATURE_PREFIX)]
    values = np.column_stack([_floats(read[name]) for name in names] or [np.zeros((len(read), 0))])
    values[~np.isfinite(values)] = np.nan
    matrix = FeatureMatrix(
        tuple(read["run"].to_pylist()),
        tuple(name.removeprefix(FEATURE_PREFIX) for name in names),
        values,
    )
    return LearningTable(
        matrix=matrix,
        failed=_floats(read["failed"]),
        has_failed=_floats(read["has_failed"]) == 1,
        share=_floats(read["share"]),
        cutoff_step=_floats(read["cutoff_step"]).astype(np.intp),
        program=tuple(read["program"].to_pylist()),
        family=tuple(read["family"].to_pylist()),
        kind=tuple(read["kind"].to_pylist()),
        failed_share=_floats(read["failed_share"]),
        fault=tuple(read["fault"].to_pylist()),
        strength=_floats(read["strength"]),
        is_sampled=_floats(read["is_sampled"]) == 1,
    )


def _floats(column: pa.ChunkedArray) -> Floats:
    return np.array(
        column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64, copy=True
    )


def _columns(table: LearningTable) -> dict[str, pa.Array]:
    """Return all columns but the features, as Arrow has them; NaN is null."""
    values: dict[str, Any] = {
        "run": table.matrix.run_ids,
        "program": table.program,
        "family": table.family,
        "fault": table.fault,
        "strength": table.strength,
        "is_sampled": table.is_sampled,
        "share": table.share,
        "cutoff_step": table.cutoff_step,
        "failed": table.failed == 1,
        "kind": table.kind,
        "failed_share": table.failed_share,
        "has_failed": table.has_failed,
    }
    return {
        field.name: pa.array(values[field.name], type=field.type, from_pandas=True)
        for field in COLUMNS
    }


def joined_tables(tables: Sequence[LearningTable]) -> LearningTable:
    """Return the rows of all tables.

    Raises:
        InputError: their features are not the same, or a run has two rows of one share.
    """
    first = tables[0]
    if any(one.matrix.names != first.matrix.names for one in tables):
        raise InputError("learning tables of different features cannot be joined; write them again")
    parts = [
        pa.table(
            {
                **_columns(one),
                **{
                    FEATURE_PREFIX + name: column
                    for name, column in zip(one.matrix.names, one.matrix.values.T, strict=True)
                },
            }
        )
        for one in tables
    ]
    return table_of_arrow(pa.concat_tables(parts), "what was joined")
