"""Sort the rows of a prediction file into those that can be taken and those that cannot."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.predictions.formats.chunk import SPANS, Chunk
from insight_lib.predictions.formats.columns import Typed
from insight_lib.predictions.formats.refused import REFUSED, count_refused

LONGEST_VALUE = 40
"""Letters of a text that a reason quotes."""
# Made once: to make a scalar of a Python number takes longer than to check a small file with it.
ZERO, ONE, NO = pa.scalar(0.0), pa.scalar(1.0), pa.scalar(value=False)


def _finite_and_not_negative(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.and_(pc.is_finite(column), pc.greater_equal(column, ZERO))


def _zero_or_one(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.or_(pc.equal(column, ZERO), pc.equal(column, ONE))


CHECKS: dict[str, tuple[Callable[[pa.ChunkedArray], pa.ChunkedArray], str]] = {
    "score": (pc.is_finite, "a finite number"),
    "label": (_zero_or_one, "0 or 1"),
    "weight": (_finite_and_not_negative, "a finite number and not negative"),
    "step": (pc.is_valid, "an integer"),
    "split": (pc.is_valid, "a string"),
}
"""Column to what must hold of its values, and the same in words."""


@dataclass(frozen=True)
class ValidatedRows:
    """Rows of a prediction file, sorted.

    Attributes:
        kept: Those that can be taken.
        rejected: With the columns of `SPANS`, the others, and whatever was no row at all.
        refused: The others counted, with the columns of `refused.REFUSED`.
    """

    kept: pa.Table
    rejected: pa.Table
    refused: pa.Table = field(default_factory=REFUSED.empty_table)


def validate_rows(typed: Typed, chunk: Chunk) -> ValidatedRows:
    """Split rows of a prediction file by whether each can be taken.

    Args:
        typed: The rows; nulls are allowed.
        chunk: What they came from.

    Returns:
        For each row that cannot be taken, and whatever of the chunk was no row at all, where it is
        (``offset``, ``length``) and the column and value at fault (``reason``; the first in the
        order of ``CHECKS`` where there are several).
    """
    sound = {name: _holds(typed.rows[name], check) for name, (check, _) in CHECKS.items()}
    good = reduce(pc.and_, sound.values())
    if good.true_count == len(good):
        return ValidatedRows(typed.rows, chunk.damaged)
    bad = pc.invert(good)
    reason = pa.nulls(len(bad) - good.true_count, pa.string())
    for name, column in sound.items():
        rule = typed.binary.rule if name == "label" and typed.binary else CHECKS[name][1]
        why = _reason(name, typed.given[name].filter(bad), rule)
        reason = pc.coalesce(reason, pc.if_else(column.filter(bad), None, why))
    places = [pa.array(places).filter(bad) for places in (chunk.offset, chunk.length)]
    rejected = pa.table([*places, reason], schema=SPANS)
    refused = count_refused(typed, good, reason)
    damaged = pa.concat_tables([chunk.damaged, rejected])
    return ValidatedRows(typed.rows.filter(good), damaged, refused)


def _holds(
    column: pa.ChunkedArray, check: Callable[[pa.ChunkedArray], pa.ChunkedArray]
) -> pa.BooleanArray:
    return pc.fill_null(check(column), NO).combine_chunks()


def _reason(name: str, values: pa.Array, rule: str) -> pa.Array:
    shown = pc.cast(values, pa.string())
    if pa.types.is_string(values.type):
        shown = pc.utf8_slice_codeunits(shown, 0, LONGEST_VALUE)
        shown = pc.binary_join_element_wise('"', shown, '"', "")
    shown = pc.coalesce(shown, pa.scalar("null"))
    return pc.binary_join_element_wise(f"{name} is ", shown, f", not {rule}", "")
