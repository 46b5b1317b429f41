"""The classes of a label column, counted over a whole file, and whether it is a binary one.

A single row of another label is a slip and costs that row. A label of two rows is a class: a column
that has one besides 0 and 1, or instead of them, is refused as a whole, since the rows that are
left would give numbers that look right.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from insight_lib.predictions.formats.labels import BINARY, POSITIVE, Label, said, stated

MOST_SLIPS = 10
"""So many other labels of one row each may be slips; more are the values of another column."""
MOST_CLASSES = 1_000
"""Of so many labels a column has counts, so that one of distinct numbers is not held in memory."""
MOST_NAMED = 8
"""Classes that a message lists."""
TARGET_FROM = 50
"""A column of more distinct labels is called a regression target or an id."""
POSITIVE_TEXTS = ("yes", "y", "positive", "pos", "true", "t", "spam", "malignant", "bad", "fraud")
"""Texts that are usually the positive class of two."""


class Classes:
    """How many rows of a file have each label; a missing label is none."""

    def __init__(self) -> None:
        self.rows: Counter[Label] = Counter()
        self.is_open = True
        """Whether every label has a count; if not, there are more than `MOST_CLASSES`."""

    def add(self, counts: Iterable[tuple[Label, int]]) -> None:
        """Count some rows."""
        for label, rows in counts:
            if label in self.rows or len(self.rows) < MOST_CLASSES:
                self.rows[label] += rows
            else:
                self.is_open = False

    @property
    def others(self) -> dict[Label, int]:
        """The labels besides 0 and 1, and their rows."""
        return {label: rows for label, rows in self.rows.items() if label not in BINARY}

    @property
    def is_hopeless(self) -> bool:
        """Whether no further row can make this a binary label."""
        return not are_slips(self.others)

    def problem(self, column: str) -> str | None:
        """Say why the column is no binary label, with the remedy; None where it is one."""
        others = self.others
        any_binary = any(label in self.rows for label in BINARY)
        if not others or (any_binary and are_slips(others)):
            return None
        return f"{self._seen(column)}; {remedy(column, self.rows)}"

    def _seen(self, column: str) -> str:
        rows = self.rows
        ordered = in_order(rows)
        listed = ", ".join(f"{said(label)}: {rows[label]:,}" for label in ordered[:MOST_NAMED])
        listed += ", ..." if len(ordered) > MOST_NAMED else ""
        if len(rows) > TARGET_FROM:
            many = f"{len(rows):,}" if self.is_open else f"more than {MOST_CLASSES:,}"
            return (
                f"has {many} different labels in column {column} (rows of each: {listed}), "
                "which looks like a regression target, not 0 and 1"
            )
        if len(rows) > len(BINARY):
            return (
                f"has {len(rows)} classes in label column {column} (rows of each: {listed}), "
                "and binary metrics need two, 0 and 1"
            )
        found = " and ".join(said(label) for label in ordered)
        return f"has label{'s' * (len(ordered) > 1)} {found} in column {column}, not 0 and 1"


def are_slips(others: Mapping[Label, int] | Mapping[str, int]) -> bool:
    """Return whether labels besides 0 and 1, with their rows, are single slips and no classes."""
    return len(others) <= MOST_SLIPS and max(others.values(), default=0) <= 1


def remedy(column: str, labels: Iterable[Label]) -> str:
    """Say how a column of these labels is read as a binary one."""
    known = in_order(labels)
    mapping = f"label = {{column = {stated(column)}, positive = {stated(likely_positive(known))}}}"
    there = "in [predictions.columns] of --config"
    if len(known) > TARGET_FROM:
        return f"name the column of 0 and 1 as label {there}"
    if len(known) > len(BINARY):
        return f"to score one class against the rest, write {mapping} {there}"
    return f"say which is positive, as in {mapping} {there}"


def likely_positive(labels: Sequence[Label]) -> Label:
    """Return which of some labels, in order, is probably the positive one: usually the last."""
    usual = (label for label in labels if str(label).casefold() in POSITIVE_TEXTS)
    return next(usual, labels[-1] if labels else POSITIVE)


def in_order(labels: Iterable[Label]) -> list[Label]:
    """Return labels in order: numbers, then texts."""
    return sorted(labels, key=lambda label: (isinstance(label, str), label))
