"""The settings file that ``--config`` names: TOML, a section for each room that has something set.

``[predictions]`` says what prediction files call their columns and what their scores are,
``[rules.<name>]`` sets the thresholds of a rule, ``[series]`` says what series are, ``[alerts]``
says whom to tell of what; each room reads its own section and names every field there that does
not fit.
"""

import tomllib
from pathlib import Path
from typing import Any

from insight_lib.errors import ConfigError

SECTIONS = ("predictions", "rules", "series", "alerts")


def read_section(path: Path, name: str, problems: list[str]) -> dict[str, Any] | None:
    """Return a section of the file as it stands there; None where it is absent.

    Args:
        path: The file.
        name: One of ``SECTIONS``.
        problems: Is told of every section that the file should not hold.

    Raises:
        ConfigError: The file cannot be read, or is not valid TOML.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}); name another file") from error
    except ValueError as error:
        raise ConfigError(f"{path} is not valid TOML ({error}); fix it there") from error
    there = f"the sections are {', '.join(SECTIONS)}"
    problems += [f"{one} is not known; {there}" for one in document if one not in SECTIONS]
    return section_of(document, name, "", problems)


def section_of(
    above: dict[str, Any], name: str, prefix: str, problems: list[str]
) -> dict[str, Any] | None:
    """Return a section within another; None where it is absent or, as ``problems`` says, none."""
    found = above.get(name)
    if found is None or isinstance(found, dict):
        return found
    problems.append(f"{prefix}{name} should be a section, not {found!r}")
    return None
