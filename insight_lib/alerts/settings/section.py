"""Section ``alerts`` of the settings file.

[alerts]
link = "https://reports.example.com/nightly/"

[alerts.receivers.team]
type = "email"
host = "smtp.example.com"
sender = "deepinsight@example.com"
recipients = ["ml-team@example.com"]

[alerts.rules.failing]
when = "verdict"
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from insight_lib.alerts.delivery.receiver import RECEIVERS, Receiver, is_url
from insight_lib.alerts.fields import Field, Fields, filled, problems, texts
from insight_lib.alerts.known_conditions import CONDITIONS
from insight_lib.alerts.rule import AlertRule
from insight_lib.errors import ConfigError
from insight_lib.settings_file import read_section, section_of

SECTION = "alerts"
Stated = Mapping[str, Any]


_SECTION_FIELDS: Fields = {
    "link": Field("the URL at which people find the report", is_url),
    "receivers": Field("sections [alerts.receivers.NAME]", lambda value: isinstance(value, dict)),
    "rules": Field("sections [alerts.rules.NAME]", lambda value: isinstance(value, dict)),
}
_OF_EVERY_RULE: Fields = {
    "runs": texts('a list of runs or patterns of them, such as "logs/prod/*"', ["*"]),
    "receivers": texts("a list of receivers"),
}


@dataclass(frozen=True)
class AlertSettings:
    """Whom to tell of what.

    Attributes:
        receivers: by name.
        rules: in their order.
        link: URL of the report's folder; None where it has none.
    """

    receivers: Mapping[str, Receiver]
    rules: tuple[AlertRule, ...]
    link: str | None


def read_alerts(path: Path) -> Stated | None:
    """Return what section ``alerts`` of a file says; None where the file has no such section.

    Raises:
        ConfigError: The file cannot be read, is not valid TOML, holds an unknown section, or a
            field of this one is unknown or does not fit.
    """
    found: list[str] = []
    stated = read_section(path, SECTION, found)
    alert_settings(stated or {}, path, found)
    return stated


def alert_settings(stated: Stated, source: Path, earlier: list[str]) -> AlertSettings:
    """Return whom to tell of what, as a section states it.

    Args:
        stated: The section.
        source: The file that says so.
        earlier: Other problems with it.

    Raises:
        ConfigError: A field is unknown or does not fit, or there are other problems; all are named.
    """
    receivers, rules = (_sections(stated, name, earlier) for name in ("receivers", "rules"))
    found = [*earlier, *problems(SECTION, stated, _SECTION_FIELDS)]
    found += _receiver_problems(receivers)
    found += _rule_problems(rules, receivers)
    if found:
        raise ConfigError(f"{source}: {'; '.join(found)}; fix section [{SECTION}]")
    return AlertSettings(
        {name: _receiver(given) for name, given in receivers.items()},
        tuple(_rule(name, given, receivers) for name, given in rules.items()),
        stated.get("link"),
    )


def _sections(stated: Stated, name: str, found: list[str]) -> dict[str, dict[str, Any]]:
    above = stated.get(name)
    if not isinstance(above, dict):
        return {}
    sections = {one: section_of(above, one, f"{SECTION}.{name}.", found) for one in above}
    return {one: section for one, section in sections.items() if section is not None}


def _receiver_problems(receivers: Mapping[str, Stated]) -> Iterator[str]:
    for name, given in receivers.items():
        where = f"{SECTION}.receivers.{name}"
        kind = RECEIVERS.get(str(given.get("type")))
        if kind is None:
            yield f"{where}.type should be one of {', '.join(RECEIVERS)}"
        else:
            yield from problems(where, _without(given, "type"), kind.fields)
            yield from kind.problems(where, given)


def _rule_problems(rules: Mapping[str, Stated], receivers: Mapping[str, Stated]) -> Iterator[str]:
    if rules and not receivers:
        yield f"{SECTION}.rules has nobody to tell: add a section [{SECTION}.receivers.NAME]"
    for name, given in rules.items():
        where = f"{SECTION}.rules.{name}"
        kind = CONDITIONS.get(str(given.get("when")))
        if kind is None:
            yield f"{where}.when should be one of {', '.join(CONDITIONS)}"
            continue
        yield from problems(where, _without(given, "when"), {**_OF_EVERY_RULE, **kind.fields})
        named = given.get("receivers")
        for receiver in named if isinstance(named, list) else ():
            if receiver not in receivers:
                yield f"{where}.receivers names {receiver!r}; there is {', '.join(receivers)}"


def _receiver(given: Stated) -> Receiver:
    kind = RECEIVERS[given["type"]]
    return kind.make(**filled(given, kind.fields))


def _rule(name: str, given: Stated, receivers: Mapping[str, Stated]) -> AlertRule:
    kind = CONDITIONS[given["when"]]
    of_every = filled(given, _OF_EVERY_RULE)
    told = of_every["receivers"] or list(receivers)
    return AlertRule(name, kind.make(**filled(given, kind.fields)), of_every["runs"], told)


def _without(given: Stated, name: str) -> dict[str, Any]:
    return {one: value for one, value in given.items() if one != name}
