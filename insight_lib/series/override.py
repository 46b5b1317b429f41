"""What a user's configuration says that series are; it has the last word."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from insight_lib.series.role import Cadence, Direction, Phase, Role, SeriesRole, Unit
from insight_lib.series.series import Key
from insight_lib.series.traits import direction_of, is_moving, unit_of


@dataclass(frozen=True)
class Override:
    """What the series are that a pattern matches; None leaves a field as it was recognised.

    Attributes:
        pattern: a glob, in which ``*`` matches ``/`` too, for the tag or for ``stream/tag``.
        role: what they measure. Direction, unit and whether the target moves follow from it
            unless they are given.
        phase: on which data.
        unit: of the values as they are written: per cent become fractions.
        direction: which way is better.
        cadence: what one point is about.
    """

    pattern: str
    role: Role | None = None
    phase: Phase | None = None
    unit: Unit | None = None
    direction: Direction | None = None
    cadence: Cadence | None = None

    def matches(self, key: Key) -> bool:
        """Return whether a series is one of these.

        >>> key = ("eval", "metrics/mAP")
        >>> Override("*/mAP").matches(key), Override("eval/*").matches(key)
        (True, True)
        """
        stream, tag = key
        return any(fnmatchcase(name, self.pattern) for name in (tag, f"{stream}/{tag}"))


def overridden(
    roles: Mapping[Key, SeriesRole], overrides: Iterable[Override]
) -> dict[Key, SeriesRole]:
    """Return the roles with every override applied that matches, the later over the earlier."""
    found = dict(roles)
    for override in overrides:
        for key, about in found.items():
            if override.matches(key):
                found[key] = _applied(about, override)
    return found


def _applied(about: SeriesRole, override: Override) -> SeriesRole:
    known = replace(about, sure=1.0, why="configuration")
    if override.role is not None and override.role is not about.role:
        known = replace(
            known,
            role=override.role,
            direction=direction_of(override.role),
            unit=unit_of(override.role),
            scale=1.0,
            moving=is_moving(override.role),
        )
    if override.unit is not None:
        is_per_cent = override.unit is Unit.PER_CENT
        unit = Unit.FRACTION if is_per_cent else override.unit
        known = replace(known, unit=unit, scale=0.01 if is_per_cent else 1.0)
    return replace(
        known,
        phase=override.phase or known.phase,
        direction=override.direction or known.direction,
        cadence=override.cadence or known.cadence,
    )
