"""The label of a row: which class it names, whatever it is written as."""

import math
from typing import TypeAlias

from insight_lib.predictions.formats.convert import truth

Label: TypeAlias = float | str
"""A class: a number where the label is one or says true or false, else its text."""

NEGATIVE, POSITIVE = 0.0, 1.0
BINARY = (NEGATIVE, POSITIVE)
MISSING = {"", "nan", "-nan", "none", "null", "na", "n/a", "<na>", "nat"}
"""Texts, in lower case, of a label that is not known; those that pandas reads so."""
LONGEST_LABEL = 40
"""Letters of a text that stand for it."""


def label_of(value: object) -> Label | None:
    """Return the class that a value names; None where it is missing, NaN or infinite."""
    found = truth(value)
    if found is not None:
        return found if math.isfinite(found) else None
    text = str(value).strip()
    return None if value is None or text.lower() in MISSING else text[:LONGEST_LABEL]


def same_label(one: Label, other: Label) -> bool:
    """Return whether two labels are of one class; the case of a text does not count."""
    if isinstance(one, str) and isinstance(other, str):
        return one.casefold() == other.casefold()
    return one == other


def said(label: Label) -> str:
    """Return a label for people: 2 and not 2.0, a text as it is."""
    return label if isinstance(label, str) else f"{label:.15g}"


def stated(label: Label) -> str:
    """Return a label as it is written in TOML."""
    if isinstance(label, float):
        return said(label)
    escaped = label.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
