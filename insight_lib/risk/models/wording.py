"""What a model keeps of its features' words, and how a number is said."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from insight_lib.risk.features.feature import Feature, Unit

_MOST_DIGITS = 4
_PLAIN_DECADES = (-2, 4)
# A hundredfold: beyond it a change is said to be "over" that.
_LARGEST_CHANGE = 99 / 101


@dataclass(frozen=True)
class Described:
    """A feature without its computation, as it is kept with a model.

    Attributes are those of `Feature`; group and unit are their words.
    """

    name: str
    group: str
    direction: int
    meaning: str
    say: str
    unit: str


def described(features: Iterable[Feature]) -> tuple[Described, ...]:
    """Return what a model keeps of the features, in their order."""
    return tuple(
        Described(one.name, str(one.group), one.direction, one.meaning, one.say, str(one.unit))
        for one in features
    )


def sentence_of(feature: Described, value: float, healthy: float) -> str:
    """Return what is remarkable, as a colleague would say it; the internal name is not in it.

    Args:
        feature: what the value is of.
        value: of the run, known.
        healthy: middle of the healthy runs at the same share; NaN where it is known of none.

    Returns:
        The sentence, without a full stop.
    """
    if math.isnan(healthy):
        return _clause(feature, said(value, feature.unit))
    own, usual = _told_apart(value, healthy, feature.unit)
    return f"{_clause(feature, own)}; healthy runs have about {usual}"


def _clause(feature: Described, value: str) -> str:
    if feature.say:
        return feature.say.replace("{value}", value)
    return f"{feature.meaning.split(' (')[0]} is {value}"


def _told_apart(value: float, healthy: float, unit: str) -> tuple[str, str]:
    """Say both with as few digits as tell them apart."""
    for digits in range(1, _MOST_DIGITS + 1):
        own, usual = said(value, unit, digits), said(healthy, unit, digits)
        if own != usual:
            break
    return own, usual


def said(value: float, unit: str, digits: int = 1) -> str:
    """Return a number as people say it.

    >>> said(-6.0, "decades"), said(0.3, "decades", 2), said(0.124, "share", 2)
    ('1e-6', '2.0', '12 %')
    >>> said(-0.5, "change"), said(0.0512, "number", 2)
    ('-67 %', '0.051')
    """
    if unit == Unit.DECADES:
        return _power_of_ten(value, digits)
    if unit == Unit.SHARE:
        return f"{_rounded(100 * value, max(digits, 2))} %"
    if unit == Unit.CHANGE:
        return _change(value, digits)
    return _rounded(value, max(digits, 2))


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
