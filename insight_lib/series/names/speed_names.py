"""Durations and rates by their names: seconds of a step, steps of a second, and other times."""

from itertools import pairwise

from insight_lib.series.names.measured import Measured
from insight_lib.series.names.vocabulary import QUALIFIERS
from insight_lib.series.role import Role, Unit

_RATES = frozenset({"fps", "sps", "throughput", "ips"})
_DURATIONS = frozenset(
    {"time", "duration", "runtime", "elapsed", "latency", "second", "millisecond", "times"}
    | {"walltime", "wallclock"}
)
_OF_A_STEP = frozenset({"step", "iteration", "batch"})
_COUNTED = _OF_A_STEP | {"sample", "token", "image", "frame", "frames", "seq", "episode", "epoch"}


def speed(name: tuple[str, ...]) -> Measured | None:
    """Return what a name says of a rate or a duration; None where it says neither.

    >>> speed(("sample", "per", "second")).role, speed(("time", "per", "step")).role
    (<Role.THROUGHPUT: 'throughput'>, <Role.STEP_TIME: 'step_time'>)
    """
    found = frozenset(name)
    pairs = frozenset(pairwise(name))
    if found & _RATES or ("per", "second") in pairs or _counted_by_second(pairs, found):
        return Measured(Role.THROUGHPUT, 0.9)
    if not found & _DURATIONS or {"episode", "duration"} <= found:
        return None
    scale = 0.001 if "millisecond" in found else 1.0
    further = found - _DURATIONS - QUALIFIERS - _OF_A_STEP
    if not further and found & _OF_A_STEP:
        return Measured(Role.STEP_TIME, 0.9, scale=scale)
    if found - QUALIFIERS <= {"time", "second", "millisecond"} and "time" in found:
        return Measured(Role.STEP_TIME, 0.6, scale=scale)
    return Measured(Role.OTHER, 0.8, unit=Unit.SECONDS, scale=scale)


def _counted_by_second(pairs: frozenset[tuple[str, str]], found: frozenset[str]) -> bool:
    return "time" not in found and any((what, "second") in pairs for what in _COUNTED)
