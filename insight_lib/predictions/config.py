"""Section ``predictions`` of the settings file; every field of it that does not fit is named."""

from pathlib import Path

from insight_lib.errors import ConfigError
from insight_lib.predictions.formats.column_mapping import ROLES, SCORES, Columns, columns_of
from insight_lib.predictions.formats.labels import label_of
from insight_lib.settings_file import read_section, section_of

SECTION = "predictions.columns"
FIELDS = ("columns", "scores")
LABEL_FIELDS = {"column", "positive"}
_WANTED_SCORES = " or ".join(f'"{one}"' for one in SCORES)


def read_columns(path: Path) -> Columns | None:
    """Return what section ``[predictions]`` says; what it leaves out has its default.

    None where the file says nothing of predictions.

    Raises:
        ConfigError: The file cannot be read, is not valid TOML, or has a field that is unknown or
            does not fit.
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
            f"{path}: {'; '.join(problems)}; fix section [predictions], which may hold scores "
            f"({_WANTED_SCORES}) and section [{SECTION}], whose fields are "
            f"{', '.join(ROLES)} (each a column's name; label also "
            '{column = "y", positive = 2}) and slices (a list of names)'
        )
    scores = {"scores": known.get("scores")}
    return None if predictions is None else columns_of(_flat(stated) | scores)


def _flat(stated: dict[str, object]) -> dict[str, object]:
    """Return the fields with those of a label that says which of its values is positive."""
    label = stated.get("label")
    if not isinstance(label, dict):
        return stated
    return {
        **stated,
        "label": label.get("column", "label"),
        "positive": label_of(label["positive"]),
    }


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
    if name == "label" and isinstance(value, dict):
        return _label_problems(where, value)
    return [] if _is_name(value) else [f"{where} should be a column's name, not {value!r}"]


def _label_problems(where: str, label: dict[str, object]) -> list[str]:
    problems = [f"{where}.{name} is not known" for name in label if name not in LABEL_FIELDS]
    if not _is_name(label.get("column", "label")):
        problems.append(f"{where}.column should be a column's name, not {label['column']!r}")
    if "positive" not in label:
        problems.append(f"{where} has no positive, the value that counts as 1")
    elif (
        not isinstance(label["positive"], str | int | float) or label_of(label["positive"]) is None
    ):
        problems.append(f"{where}.positive should be a text or number, not {label['positive']!r}")
    return problems


def _shared(stated: dict[str, object]) -> list[str]:
    label = _flat(stated).get("label", "label")
    if label != stated.get("score", "score"):
        return []
    return [f"{SECTION}.label and {SECTION}.score are both {label!r}"]


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value != ""
