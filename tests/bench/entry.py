"""One line of the benchmark table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A measurement, next to its peer's of the same run where there is one.

    Attributes:
        name: of the benchmark.
        value: ours, the median of at least three runs where a run is short.
        unit: of value and peer_value.
        peer: what it is compared with, None where there is nothing of the kind.
        peer_value: the peer's, measured in the same run, in turn with ours.
        ratio: ours against the peer's, so that more is better for us.
        goal: the ratio, or without a peer the value, that is asked for.
        holds: whether the goal is reached.
    """

    name: str
    value: float
    unit: str
    peer: str | None
    peer_value: float | None
    ratio: float | None
    goal: float
    holds: bool


def at_most(name: str, value: float, unit: str, goal: float) -> Entry:
    """Return the entry of a measurement without a peer that should not exceed its goal."""
    return Entry(name, round(value, 2), unit, None, None, None, goal, value <= goal)


def at_least(name: str, value: float, unit: str, goal: float) -> Entry:
    """Return the entry of a rate without a peer that should reach its goal."""
    return Entry(name, round(value), unit, None, None, None, goal, value >= goal)


def more_than(
    name: str, value: float, unit: str, peer: str, peer_value: float, goal: float
) -> Entry:
    """Return the entry of a rate that should be at least ``goal`` times its peer's."""
    ratio = value / peer_value
    rates = round(value), round(peer_value)
    return Entry(name, rates[0], unit, peer, rates[1], round(ratio, 2), goal, ratio >= goal)


def at_least_share(name: str, share: float, goal: float) -> Entry:
    """Return the entry of a share, from 0 to 1, that should reach its goal."""
    return Entry(name, round(share, 3), "share", None, None, None, goal, share >= goal)


def at_most_share(name: str, share: float, goal: float) -> Entry:
    """Return the entry of a share, from 0 to 1, that should not exceed its goal."""
    return Entry(name, round(share, 3), "share", None, None, None, goal, share <= goal)
