"""Sort the rows of a prediction file into those that can be taken and those that cannot."""

from collections.abc import Callable
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

REJECTED = ("offset", "length", "reason")


def _finite_and_not_negative(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.and_(pc.is_finite(column), pc.greater_equal(column, 0.0))


def _zero_or_one(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.or_(pc.equal(column, 0.0), pc.equal(column, 1.0))


CHECKS: dict[str, tuple[Callable[[pa.ChunkedArray], pa.ChunkedArray], str]] = {
    "score": (pc.is_finite, "a finite number"),
    "label": (_zero_or_one, "0 or 1"),
    "weight": (_finite_and_not_negative, "a finite number and not negative"),
    "step": (pc.is_valid, "an integer"),
    "split": (pc.is_valid, "a string"),
}
"""Column to what must hold of its values, and the same in words."""


def sift(typed: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Split rows of a prediction file by whether each can be taken.

    Args:
        typed: One row for each of the file, in its order, with columns label, score, weight
            (double), step (int64) and split (string); nulls are allowed.

    Returns:
        The rows that can be taken; and for each of the others its row number (``offset``, int64),
        1 (``length``) and the column and value at fault (``reason``; the first in the order of
        ``CHECKS`` where there are several).
    """
    sound = {name: _holds(typed[name], check) for name, (check, _) in CHECKS.items()}
    good = reduce(pc.and_, sound.values())
    numbered = typed.append_column("offset", pa.array(np.arange(typed.num_rows)))
    bad = pc.invert(good)
    faults = {name: pc.invert(column).filter(bad) for name, column in sound.items()}
    return typed.filter(good), _rejected(numbered.filter(bad), faults)


def _holds(
    column: pa.ChunkedArray, check: Callable[[pa.ChunkedArray], pa.ChunkedArray]
) -> pa.ChunkedArray:
    return pc.fill_null(check(column), False)


def _rejected(bad: pa.Table, faults: dict[str, pa.ChunkedArray]) -> pa.Table:
    reason = pa.nulls(bad.num_rows, pa.string())
    for name, fault in faults.items():
        reason = pc.coalesce(reason, pc.if_else(fault, _reason(name, bad[name]), None))
    length = pa.repeat(pa.scalar(1, pa.int64()), bad.num_rows)
    return pa.table([bad["offset"], length, reason], names=list(REJECTED))


def _reason(name: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
    shown = pc.coalesce(pc.cast(values, pa.string()), pa.scalar("null"))
    return pc.binary_join_element_wise(f"{name} is ", shown, f", not {CHECKS[name][1]}", "")
