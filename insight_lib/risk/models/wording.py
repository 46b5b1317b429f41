"""What a model keeps of its features' words, and the sentences made of them."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from insight_lib.risk.features.feature import Feature, Unit
from insight_lib.risk.features.measures import DECADES
from insight_lib.risk.models.saying import said, said_amount, times_of

_MOST_DIGITS = 4
# Value up to which the first wording of [low|between|high] holds, and from which the last one does.
_BOUNDS: dict[str, tuple[float, float]] = {
    Unit.NUMBER: (-0.01, 0.01),
    Unit.DECADES: (-DECADES, DECADES),
    Unit.SHARE: (0.0, 1.0),
    Unit.SIGNED_SHARE: (-0.01, 0.01),
    Unit.CHANGE: (-0.005, 0.005),  # 1 %
    Unit.TIMES: (0.005, 1.0),  # 1 %
    Unit.SQUASHED: (-0.01, 0.01),
    Unit.DOUBLING: (-0.015, 0.015),  # 1 %
    Unit.TREND: (-0.1, 0.1),
    Unit.FLAG: (0.5, 0.5),
    Unit.SPREADS: (-0.5, 0.5),
}
_CHOICE = re.compile(r"\[([^\]]*)\]")
_LAYER = re.compile(r"<([^>]*)>")


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


def sentence_of(feature: Described, value: float, healthy: float, layer: str | None = None) -> str:
    """Return what is remarkable, as a colleague would say it; the internal name is not in it.

    Args:
        feature: what the value is of.
        value: of the run, known.
        healthy: middle of the healthy runs at the same share; NaN where it is known of none.
        layer: that the value is of; None of what is of no single one.

    Returns:
        The sentence, without a full stop.
    """
    return _LAYER.sub(lambda found: _named(found[1], layer), _sentence(feature, value, healthy))


def _named(phrase: str, layer: str | None) -> str:
    """Return the layer's name in the place of "one layer", or before "the layer that ..."."""
    if layer is None:
        return phrase
    return f"`{layer}`, {phrase}" if phrase.startswith("the ") else f"`{layer}`"


def _sentence(feature: Described, value: float, healthy: float) -> str:
    if math.isnan(healthy) or feature.unit == Unit.FLAG:
        return _clause(feature, value, _said_of(feature, value))
    own, usual = _told_apart(feature, value, healthy)
    clause = _clause(feature, value, own)
    if "[" not in feature.say:
        verb = "are at" if feature.unit in {Unit.TIMES, Unit.SQUASHED} else "have"
        return f"{clause}; healthy runs {verb} about {usual}"
    if clause == _clause(feature, healthy, usual):
        return f"{clause}, {_compared(feature.unit, value, healthy)} healthy runs"
    return f"{clause}; in healthy runs {_rest(feature, value, healthy).replace('{value}', usual)}"


def _rest(feature: Described, value: float, healthy: float) -> str:
    """Return what is said of healthy runs after the clause; only the number where that differs."""
    start = feature.say.index("[")
    own, usual = (_chosen(feature.say[start:], one, feature.unit) for one in (value, healthy))
    if own == usual and feature.unit != Unit.TREND:
        usual = usual.partition("{value}")[0] + "{value}"
    # "[no sign|signs] of" is a noun; other wordings are verbs, which need a subject.
    is_noun = feature.say.startswith("[no ", start)
    return f"it {usual}" if start and not is_noun else usual


def _clause(feature: Described, value: float, number: str) -> str:
    if feature.say:
        return _chosen(feature.say, value, feature.unit).replace("{value}", number)
    return f"{feature.meaning.split(' (')[0]} is {number}"


def _chosen(say: str, value: float, unit: str) -> str:
    """Return the clause with the wording for such a value, its number still to be put in."""
    low, high = _BOUNDS[unit]

    def choose(found: re.Match[str]) -> str:
        forms = found[1].split("|")
        if value <= low:
            return forms[0]
        return forms[-1] if value >= high or len(forms) == 2 else forms[1]

    return _CHOICE.sub(choose, say)


def _compared(unit: str, value: float, healthy: float) -> str:
    """Return how two compare that are worded alike."""
    low, high = _BOUNDS[unit]
    if low < value < high or value == healthy:
        return "about as in"
    return "and more so than in" if abs(value) > abs(healthy) else "but less so than in"


def _told_apart(feature: Described, value: float, healthy: float) -> tuple[str, str]:
    """Say both with as few digits as tell them apart."""
    for digits in range(1, _MOST_DIGITS + 1):
        own, usual = (_said_of(feature, one, digits) for one in (value, healthy))
        if own != usual:
            break
    return own, usual


def _said_of(feature: Described, value: float, digits: int = 1) -> str:
    """Return the number; of a change without its sign where the clause says "fell" or "rose"."""
    if feature.unit == Unit.CHANGE and "[" in feature.say:
        return said_amount(times_of(value), digits)
    return said(value, feature.unit, digits)
