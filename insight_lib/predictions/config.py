"""Section ``predictions`` of the settings file; every field of it that does not fit is named."""

from pathlib import Path

from insight_lib.errors import ConfigError
from insight_lib.predictions.mapping import ROLES, SCORES, Columns, columns_of
from insight_lib.settings_file import read_section, section_of

SECTION = "predictions.columns"
FIELDS = ("columns", "scores")
_WANTED_SCORES = " or ".join(f'"{one}"' for one in SCORES)


def read_columns(path: Path) -> Columns | None:
    """Return what section ``[predictions]`` says; what it leaves out has its default.

    None where the file says nothing of predictions.

    Raises:
        ConfigError: The file cannot be read, is no TOML, or a field is unknown or does not fit.
    """
    problems: list[str] = []
    predictions = read_section(path, "predictions", problems)
    known = predictions or {}
    problems += [f"predictions.{one} is not known" for one in known if one not in FIELDS]
    problems += _score_problems(known)
    stated = section_of(known, "columns", "predictions.", problems) or {}
    problems += [
        problem for name, value in stated.items() for problem in _problems(name, value)
    ] or _shared(stated)
    if problems:
        raise ConfigError(
            f"{path}: {'; '.join(problems)}; mend section [predictions], which may hold scores "
            f"({_WANTED_SCORES}) and section [{SECTION}], whose fields are "
            f"{', '.join(ROLES)} (each a column's name) and slices (a list of names)"
        )
    return None if predictions is None else columns_of(stated | {"scores": known.get("scores")})


def _score_problems(known: dict[str, object]) -> list[str]:
    scores = known.get("scores")
    if scores is None or scores in SCORES:
        return []
    return [f"predictions.scores should be {_WANTED_SCORES}, not {scores!r}"]


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
