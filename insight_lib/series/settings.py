"""Section ``series`` of the settings file: what series are, where it is not recognised.

[series]
"*/mAP" = { role = "accuracy", unit = "per_cent" }
"train/cost" = { role = "total_loss" }
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from insight_lib.errors import ConfigError
from insight_lib.series.override import Override
from insight_lib.series.role import Cadence, Direction, Phase, Role, Unit
from insight_lib.settings_file import read_section, section_of

SECTION = "series"
FIELDS: Mapping[str, type[StrEnum]] = {
    "role": Role,
    "phase": Phase,
    "unit": Unit,
    "direction": Direction,
    "cadence": Cadence,
}
_REMEDY = (
    f'fix section [{SECTION}], which may hold lines such as "*/mAP" = {{role = "accuracy"}}: a '
    "pattern of tags, or of stream/tag, in quotes, and what these series are"
)


def read_overrides(path: Path) -> tuple[Override, ...] | None:
    """Return what section ``series`` of a file says; None where the file has no such section.

    Raises:
        ConfigError: The file cannot be read, is not valid TOML, holds an unknown section, or a
            field of this one is unknown or does not fit.
    """
    problems: list[str] = []
    stated = read_section(path, SECTION, problems)
    overrides = checked(stated or {}, path, problems)
    return None if stated is None else overrides


def checked(
    stated: Mapping[str, Any], source: Path, problems: Sequence[str] = ()
) -> tuple[Override, ...]:
    """Return the overrides that a section states, in its order.

    Args:
        stated: Of each pattern what its series are.
        source: The file that says so.
        problems: Other problems with it.

    Raises:
        ConfigError: A field is unknown or does not fit, or there are other problems; all are named.
    """
    found = list(problems)
    for pattern in stated:
        fields = section_of(dict(stated), pattern, f"{SECTION}.", found)
        if fields is not None:
            found += _problems(pattern, fields)
    if found:
        raise ConfigError(f"{source}: {'; '.join(found)}; {_REMEDY}")
    return tuple(_override(pattern, fields) for pattern, fields in stated.items())


def stated_of(overrides: Sequence[Override]) -> list[tuple[str, dict[str, str]]]:
    """Return overrides as the section states them, in their order: the later wins."""
    return [
        (one.pattern, {name: str(said) for name in FIELDS if (said := getattr(one, name))})
        for one in overrides
    ]


def _override(pattern: str, fields: Mapping[str, str]) -> Override:
    said: dict[str, Any] = {name: FIELDS[name](value) for name, value in fields.items()}
    return Override(pattern, **said)


def _problems(pattern: str, fields: Mapping[str, object]) -> Iterator[str]:
    where = f'{SECTION}."{pattern}"'
    if not fields:
        yield f"{where} says nothing; the fields are {', '.join(FIELDS)}"
    for name, value in fields.items():
        if name not in FIELDS:
            yield f"{where}.{name} is not known; the fields are {', '.join(FIELDS)}"
        elif value not in list(FIELDS[name]):
            yield f"{where}.{name} should be one of {', '.join(FIELDS[name])}, not {value!r}"
