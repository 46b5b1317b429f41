"""One value as text: for people, for JSON, for CSV."""

import base64
import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pyarrow as pa

from insight_lib.strict_json import strict_json

# Shorter lengths of time show fractions of a second.
EXACT_BELOW_NS = 60 * 10**9


def for_people(value: object) -> str:
    """Return a value as people write it: six digits, ``2 h 13 min``, a dash where there is none."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, timedelta):
        value = pa.MonthDayNano([0, 0, value // timedelta(microseconds=1) * 1000])
    if isinstance(value, pa.MonthDayNano):
        return interval_words(value)
    return value.strftime("%Y-%m-%d %H:%M:%S") if isinstance(value, datetime) else str(value)


def interval_words(interval: pa.MonthDayNano) -> str:
    """Return an interval in words: ``1 month 3 d``, ``2 h 13 min 5 s``, ``12.5 s``, ``-4 d``.

    A second has a fraction, of milliseconds, where the interval is shorter than a minute.
    """
    sizes = [interval.months, interval.days, interval.nanoseconds]
    if all(size <= 0 for size in sizes) and any(sizes):
        return "-" + interval_words(pa.MonthDayNano([-size for size in sizes]))
    months, days, nanoseconds = sizes
    years, months = _divided(months, 12)
    more_days, rest = _divided(nanoseconds, 86_400 * 10**9)
    hours, rest = _divided(rest, 3_600 * 10**9)
    minutes, rest = _divided(rest, EXACT_BELOW_NS)
    is_exact = not any((years, months, days, more_days, hours, minutes))
    seconds = round(rest / 1e9, 3) if is_exact else _divided(rest, 10**9)[0]
    units = (
        (years, "year" if abs(years) == 1 else "years"),
        (months, "month" if abs(months) == 1 else "months"),
        (days + more_days, "d"),
        (hours, "h"),
        (minutes, "min"),
        (seconds, "s"),
    )
    return " ".join(f"{size:g} {unit}" for size, unit in units if size) or "0 s"


def for_json(value: object) -> object:
    """Return a value that JSON has, NaN and infinities aside.

    Times are in ISO format, bytes in base64. A decimal becomes a number where none of its digits is
    lost, else text. A length of time becomes its seconds as text, a calendar interval an ISO 8601
    duration, anything else its ``str``.
    """
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {str(key): for_json(item) for key, item in value.items()}
    # Itself a tuple, so before them.
    if isinstance(value, pa.MonthDayNano):
        return _duration(value)
    if isinstance(value, list | tuple):
        return [for_json(item) for item in value]
    return _scalar_for_json(value)


def as_text(value: object) -> str:
    """Return a value as JSON, an interval as it is."""
    if isinstance(value, pa.MonthDayNano):
        return _duration(value)
    return json.dumps(strict_json(for_json(value)), allow_nan=False)


def _scalar_for_json(value: object) -> object:
    if isinstance(value, Decimal):
        if value == value.to_integral_value():
            return int(value)
        return float(value) if Decimal(repr(float(value))) == value else str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    return str(value)


def _duration(interval: pa.MonthDayNano) -> str:
    """Write an interval as an ISO 8601 duration; its months and days have no fixed length."""
    seconds = Decimal(interval.nanoseconds).scaleb(-9).normalize()
    return f"P{interval.months}M{interval.days}DT{seconds:f}S"


def _divided(size: int, by: int) -> tuple[int, int]:
    """Divide toward zero, so that all parts have one sign."""
    sign = -1 if size < 0 else 1
    whole, rest = divmod(abs(size), by)
    return sign * whole, sign * rest
