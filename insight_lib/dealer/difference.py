"""What differs between runs, field by field."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from insight_lib.dealer.fields import LAYERS, Path

_DIGITS = re.compile(r"([0-9]{1,18})")

Fields = Mapping[Path, object]
"""What is known of one run, by field; what is not known is absent."""


@dataclass(frozen=True)
class FieldRow:
    """One field: its value in each run, in the order of the runs; None where a run has none."""

    field: str
    values: tuple[object, ...]
    differs: bool


def field_rows(runs: Sequence[Fields]) -> tuple[FieldRow, ...]:
    """Lay runs side by side: a row for every field that any of them has, layers last.

    A field differs where two runs have other values, or only one has it. Of a layer that some runs
    lack, its own row says so, and its fields are compared among the runs that have it. Numbers are
    compared as numbers: 1 is 1.0, and NaN is NaN.

    The fields, and whether they differ, do not depend on the order of the runs; nothing differs
    between a run and itself.
    """
    paths = {path for fields in runs for path in fields}
    return tuple(_row(path, runs) for path in sorted(paths, key=_order))


def differing(rows: Sequence[FieldRow]) -> tuple[FieldRow, ...]:
    """Keep the rows that differ."""
    return tuple(row for row in rows if row.differs)


def _row(path: Path, runs: Sequence[Fields]) -> FieldRow:
    layer = path[:2] if path[0] == LAYERS else path
    # Runs that lack a layer could not have its fields.
    having = [fields for fields in runs if layer in fields] if layer != path else runs
    keys = {_key(fields.get(path)) for fields in having or runs}
    return FieldRow(".".join(path), tuple(fields.get(path) for fields in runs), len(keys) > 1)


def _order(path: Path) -> tuple[bool, list[list[str | int]], Path]:
    """Return the sort key of a field: layers last, ``hidden_10`` after ``hidden_9``."""
    return path[0] == LAYERS, [_natural(part) for part in path], path


def _natural(text: str) -> list[str | int]:
    # Text and digits in turn, so that like is compared with like.
    return [int(part) if at % 2 else part for at, part in enumerate(_DIGITS.split(text))]


def _key(value: object) -> object:
    """Return what two values have in common that are the same to a person."""
    if isinstance(value, bool):
        return "a boolean", value
    if isinstance(value, float) and math.isnan(value):
        return "NaN", None
    if isinstance(value, (list, tuple)):
        return tuple(_key(each) for each in value)
    return value
