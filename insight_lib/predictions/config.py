"""The configuration file of an ingestion: TOML, of which every field that does not fit is named."""

import tomllib
from pathlib import Path

from insight_lib.errors import ConfigError
from insight_lib.predictions.mapping import ROLES, Columns, columns_of

SECTION = "predictions.columns"


def read_columns(path: Path) -> Columns:
    """Return what section ``[predictions.columns]`` says; what it leaves out has its default.

    Raises:
        ConfigError: The file cannot be read, is no TOML, or a field is unknown or does not fit.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}); name another file") from error
    except ValueError as error:
        raise ConfigError(f"{path} is no TOML ({error}); mend it there") from error
    problems: list[str] = []
    predictions = _section(document, "predictions", "", problems)
    stated = _section(predictions, "columns", "predictions.", problems)
    problems += [
        problem for name, value in stated.items() for problem in _problems(name, value)
    ] or _shared(stated)
    if problems:
        raise ConfigError(
            f"{path}: {'; '.join(problems)}; mend section [{SECTION}], whose fields are "
            f"{', '.join(ROLES)} (each a column's name) and slices (a list of names)"
        )
    return columns_of(stated)


def _section(
    above: dict[str, object], name: str, prefix: str, problems: list[str]
) -> dict[str, object]:
    problems += [f"{prefix}{other} is not known" for other in above if other != name]
    found = above.get(name, {})
    if isinstance(found, dict):
        return found
    problems.append(f"{prefix}{name} should be a section, not {found!r}")
    return {}


def _problems(name: str, value: object) -> list[str]:
    where = f"{SECTION}.{name}"
    if name == "slices":
        fits = isinstance(value, list) and all(map(_is_name, value))
        return [] if fits else [f"{where} should be a list of names, not {value!r}"]
    if name not in ROLES:
        return [f"{where} is not known"]
    return [] if _is_name(value) else [f"{where} should be a column's name, not {value!r}"]


def _shared(stated: dict[str, object]) -> list[str]:
    label = stated.get("label", "label")
    if label != stated.get("score", "score"):
        return []
    return [f"{SECTION}.label and {SECTION}.score are both {label!r}"]


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value != ""
