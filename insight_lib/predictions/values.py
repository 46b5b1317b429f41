"""Values of prediction files, converted one by one: one that does not fit costs its row only."""

import math
from collections.abc import Callable
from typing import SupportsFloat, cast

import pyarrow as pa
import pyarrow.compute as pc

One = Callable[[object], object]

FEW = 64
"""So many values are converted in Python once their block has one that Arrow cannot convert."""
MOST_INTEGER = 2**63 - 1
TRUTHS = {"true": 1.0, "false": 0.0}


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
    if isinstance(value, str) and "_" in value:
        return None  # Python's own spelling of 1_000
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
    try:
        whole = int(value)  # type: ignore[call-overload]  # whatever has none says so
    except (TypeError, ValueError, OverflowError):
        whole = _whole(number(value))
    if whole is None or (not isinstance(value, str) and whole != value):
        return None
    return whole if -MOST_INTEGER - 1 <= whole <= MOST_INTEGER else None


def _whole(value: float | None) -> int | None:
    if value is None or not math.isfinite(value) or not value.is_integer():
        return None
    return int(value)


def as_text(values: pa.Array) -> pa.Array:
    r"""Return values of a simple type as strings; bytes that are no UTF-8 as escapes, ``\xff``.

    Raises:
        pyarrow.ArrowException: The values are nested.
    """
    if pa.types.is_binary(values.type) or pa.types.is_large_binary(values.type):
        return converted(values, pa.string(), _decoded)
    return pc.cast(values, pa.string())


def holds_text(values: pa.Array) -> bool:
    """Tell whether one of some strings is neither a number nor true or false."""
    try:
        pc.cast(values, pa.float64())
    except pa.ArrowException:
        return any(truth(value) is None for value in values.drop_null().to_pylist())
    return False


def _decoded(value: object) -> object:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else None
