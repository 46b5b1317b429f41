"""Section ``rules`` of the settings file: thresholds of rules, and rules that are not wanted.

[rules.blind_spot]
ratio = 1e-4

[rules.overfitting]
enabled = false
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeGuard

from insight_lib.dissection.rules import RULES
from insight_lib.dissection.rules.rule import LEAST, Rule
from insight_lib.errors import InputError
from insight_lib.settings_file import read_section, section_of

ENABLED = "enabled"

Changes = Mapping[str, Mapping[str, bool | int | float]]
"""Rule name to field name to value, as far as the file says something; ``enabled`` next to them."""


def read_changes(path: Path) -> Changes | None:
    """Return what section ``rules`` of a file changes; None where the file says nothing of rules.

    Raises:
        ConfigError: The file cannot be read, is not valid TOML, or holds an unknown section.
        InputError: A rule or a field is unknown, or a value is of the wrong type, not finite or
            negative.
    """
    problems: list[str] = []
    stated = read_section(path, "rules", problems)
    changes = checked(stated or {}, path, problems)
    return None if stated is None else changes


def checked(stated: dict[str, Any], source: Path, problems: Sequence[str] = ()) -> Changes:
    """Return changes that fit the catalogue.

    Args:
        stated: Of each rule what is to be changed.
        source: The file that says so.
        problems: Other problems with it.

    Raises:
        InputError: A rule or a field is unknown, a value is of the wrong type, not finite or
            negative, or there are other problems; all are named.
    """
    found = list(problems)
    for name in stated:
        found += _problems(name, section_of(stated, name, "rules.", found) or {})
    if found:
        raise InputError(f"{source}: {'; '.join(found)}; fix it there")
    return stated


def catalogue(changes: Changes) -> tuple[Rule[Any], ...]:
    """Return the rules of the catalogue that are wanted, with their thresholds.

    Args:
        changes: As ``read_changes`` gives them.
    """
    return tuple(changed(rule, changes) for rule in RULES if is_enabled(rule, changes))


def is_enabled(rule: Rule[Any], changes: Changes) -> bool:
    """Return whether a rule is wanted."""
    return bool(changes.get(rule.name, {}).get(ENABLED, True))


def changed(rule: Rule[Any], changes: Changes) -> Rule[Any]:
    """Return a rule with its thresholds as they are changed."""
    stated = changes.get(rule.name, {})
    values = {name: value for name, value in stated.items() if name != ENABLED}
    return replace(rule, thresholds=replace(rule.thresholds, **values))


def _problems(name: str, stated: Mapping[str, object]) -> Iterator[str]:
    rule = next((rule for rule in RULES if rule.name == name), None)
    if rule is None:
        yield f"there is no rule {name}; the rules are {', '.join(rule.name for rule in RULES)}"
        return
    known = {field.name: field for field in fields(rule.thresholds)}
    types: dict[str, object] = {name: one.type for name, one in known.items()} | {ENABLED: bool}
    for field, value in stated.items():
        where = f"rules.{name}.{field}"
        if field not in types:
            yield f"{where} is not known; the fields are {', '.join(types)}"
        elif not _fits(value, types[field]):
            yield f"{where} should be {_NAMES[types[field]]}, not {value!r}"
        elif not 0 <= value < math.inf:
            yield f"{where} should be finite and not below 0, not {value!r}"
        elif field != ENABLED and value < (least := known[field].metadata[LEAST]):
            yield f"{where} should be at least {least}, not {value!r}"


_NAMES: dict[object, str] = {bool: "true or false", int: "a whole number", float: "a number"}


def _fits(value: object, wanted: object) -> TypeGuard[int | float]:
    if isinstance(value, bool) or wanted is bool:
        return isinstance(value, bool) and wanted is bool
    return isinstance(value, int) or (wanted is float and isinstance(value, float))
