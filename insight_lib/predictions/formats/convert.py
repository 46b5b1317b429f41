"""Values of prediction files, converted one by one: one that does not fit costs its row only."""

from collections.abc import Callable
from typing import SupportsFloat, cast

import pyarrow as pa
import pyarrow.compute as pc

One = Callable[[object], object]

DIGITS_APART = "_"
"""Python reads 1_000 as a number; a file that has it means something else."""
FEW = 64
"""So many values are converted in Python once their block has one that Arrow cannot convert."""
MOST_INTEGER = 2**63 - 1
TRUTHS = {"true": 1.0, "false": 0.0}
MISSING_TEXTS = ("nan", "NaN", "-nan", "<NA>", "NaT")
"""How pandas and numpy write a value that is missing, as text or as what becomes of it as text."""


def converted(values: pa.Array, kind: pa.DataType, one: One) -> pa.Array:
    """Return values as another type, null where one cannot be.

    Arrow converts all at once or nothing: a block that it refuses is halved until what is left is
    few, so that a rare misfit costs little.

    Args:
        values: Of any simple type.
        kind: The type wanted.
        one: Converts a single value, or returns None.
    """
    try:
        return pc.cast(values, kind)
    except pa.ArrowException:
        if len(values) <= FEW:
            return pa.array([one(value) for value in values.to_pylist()], kind)
    middle = len(values) // 2
    halves = (values[:middle], values[middle:])
    return pa.concat_arrays([converted(half, kind, one) for half in halves])


def number(value: object) -> float | None:
    """Return a value as a number, which may be NaN or infinite; None where it is none."""
    if isinstance(value, str) and DIGITS_APART in value:
        return None
    try:
        return float(cast("SupportsFloat", value))
    except (TypeError, ValueError, OverflowError):
        return None


def truth(value: object) -> float | None:
    """Return a label as a number; texts may say true or false, in any case."""
    known = TRUTHS.get(value.strip().lower()) if isinstance(value, str) else None
    return number(value) if known is None else known


def integer(value: object) -> int | None:
    """Return a value as an int64; None where it is no whole number, or a larger one."""
    found = number(value)
    if found is None or not found.is_integer():
        return None
    try:
        whole = int(value)  # type: ignore[call-overload]  # all digits, where a float has fewer
    except ValueError:
        whole = int(found)
    return whole if -MOST_INTEGER - 1 <= whole <= MOST_INTEGER else None


def as_text(values: pa.Array) -> pa.Array:
    r"""Return values of a simple type as strings; bytes that are no UTF-8 as escapes, ``\xff``.

    Raises:
        pyarrow.ArrowException: The values are nested.
    """
    if pa.types.is_binary(values.type) or pa.types.is_large_binary(values.type):
        return converted(values, pa.string(), _decoded)
    return pc.cast(values, pa.string())


def text_or_missing(values: pa.Array) -> pa.Array:
    """Return values as `as_text` does, with NaN in either form as null.

    Raises:
        pyarrow.ArrowException: The values are nested.
    """
    texts = as_text(values)
    is_missing = pc.is_in(texts, pa.array(MISSING_TEXTS))
    return pc.if_else(is_missing, None, texts) if is_missing.true_count else texts


def holds_text(values: pa.Array) -> bool:
    """Return whether one of some strings is neither a number nor true or false."""
    try:
        pc.cast(values, pa.float64())
    except pa.ArrowException:
        return any(truth(value) is None for value in values.drop_null().to_pylist())
    return False


def _decoded(value: object) -> object:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else None


def is_text(kind: pa.DataType) -> bool:
    """Return whether a column of a type, or a dictionary of it, holds texts."""
    kind = _value_type(kind)
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def plain(column: pa.Array) -> pa.Array:
    """Return a column without its dictionary, texts as strings and not as bytes."""
    column = pc.cast(column, _value_type(column.type))
    is_bytes = pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type)
    return as_text(column) if is_bytes or is_text(column.type) else column


def _value_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind
