"""How a feature's number is said."""

from collections.abc import Callable

from insight_lib.risk.features.feature import Unit

_PLAIN_DECADES = (-2, 4)
# Kendall's tau from which on each word holds: 0.8 is nine of ten pairs of points.
_STEADINESS = ((0.8, "steadily"), (0.5, "mostly"), (0.0, "slightly"))
_MOST_TIMES = 100
# A hundredfold: beyond it a change is said to be "over" that.
_LARGEST_CHANGE = 99 / 101
# What divides is at least this, so that the bounds, +1 and -1, are said as "over 100 times".
_LEAST = 1e-9


def said(value: float, unit: str, digits: int = 1) -> str:
    """Return a number as people say it.

    >>> said(-6.0, "decades"), said(0.3, "decades", 2), said(0.124, "share", 2)
    ('1e-6', '2.0', '12 %')
    >>> said(-0.5, "change"), said(0.0512, "number", 2)
    ('-67 %', '0.051')
    """
    ways: dict[str, Callable[[float, int], str]] = {
        Unit.DECADES: _power_of_ten,
        Unit.SHARE: _percent,
        Unit.SPREADS: lambda one, most: _rounded(abs(one), max(most, 2)),
        Unit.SIGNED_SHARE: lambda one, most: _percent(abs(one), most),
        Unit.CHANGE: _change,
        Unit.TIMES: lambda one, most: _factor(times_of(one), most),
        Unit.SQUASHED: lambda one, most: _factor(times_unsquashed(one), most),
        Unit.DOUBLING: lambda one, most: said_amount(2.0**one, most),
        Unit.TREND: lambda one, _: _steadiness(one),
    }
    way = ways.get(unit)
    return _rounded(value, max(digits, 2)) if way is None else way(value, digits)


def times_of(change: float) -> float:
    """Return after / before of (after - before) / (|after| + |before|), both above zero."""
    return (1 + change) / max(1 - change, _LEAST)


def times_unsquashed(value: float) -> float:
    """Return the size of x of x / (1 + |x|)."""
    return abs(value) / max(1 - abs(value), _LEAST)


def _percent(value: float, digits: int) -> str:
    return f"{_rounded(100 * value, max(digits, 2))} %"


def _steadiness(trend: float) -> str:
    return next(word for least, word in _STEADINESS if abs(trend) >= least)


def _factor(times: float, digits: int) -> str:
    """Say so many times something; beyond a hundredfold only that it is."""
    if times >= _MOST_TIMES:
        return f"over {_MOST_TIMES} times"
    if times < 1 / _MOST_TIMES:
        return f"less than {1 / _MOST_TIMES} times"
    text = _rounded(times, max(digits, 2))
    return f"{'1.0' if text == '1' else text} times"


def said_amount(times: float, digits: int) -> str:
    """Say by how much something changed that is so many times what it was."""
    if times >= _MOST_TIMES:
        return f"to over {_MOST_TIMES} times as much"
    if times >= 2:
        return f"to {_rounded(times, max(digits, 2))} times as much"
    if times <= 1 / _MOST_TIMES:
        return f"by over {100 - 100 // _MOST_TIMES} %"
    return f"by {_rounded(abs(100 * (times - 1)), max(digits, 2))} %"


def _change(value: float, digits: int) -> str:
    """Say (after - before) / (|after| + |before|) as people do: (after - before) / before."""
    bounded = min(value, _LARGEST_CHANGE)
    percent = 100 * 2 * bounded / (1 - bounded)
    more = "over " if value > bounded else ""
    return f"{more}{'+' if percent > 0 else ''}{_rounded(percent, max(digits, 2))} %"


def _power_of_ten(value: float, digits: int) -> str:
    if _PLAIN_DECADES[0] <= value < _PLAIN_DECADES[1]:
        return _rounded(10.0**value, digits)
    mantissa, exponent = f"{10.0**value:.{digits - 1}e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def _rounded(value: float, digits: int) -> str:
    text = f"{value:.{digits}g}"
    return f"{float(text):.0f}" if "e+" in text else text
