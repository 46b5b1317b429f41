"""Labels of which a configuration says the positive one, brought to 0 and 1."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.errors import UnusableRowsError
from insight_lib.predictions.formats.classes import MOST_NAMED, in_order
from insight_lib.predictions.formats.labels import (
    NEGATIVE,
    POSITIVE,
    Label,
    label_of,
    said,
    same_label,
)

STRAY_SHARE = 0.01
"""Of the rows that are not positive: labels of fewer, next to one other class, are strays."""


@dataclass(frozen=True)
class Binary:
    """How labels become 0 and 1.

    Attributes:
        positive: The label that is 1.
        negative: The only one that is 0; None where each other label is.
    """

    positive: Label
    negative: Label | None

    @property
    def rule(self) -> str:
        """What a label must be, in words."""
        other = "another label" if self.negative is None else said(self.negative)
        return f"the positive {said(self.positive)} or {other}"

    def convert(self, values: pa.Array) -> pa.Array:
        """Return labels as 0.0 and 1.0, null where one is missing or neither."""
        encoded = pc.dictionary_encode(values, null_encoding="encode")
        found = [self._one(value) for value in encoded.dictionary.to_pylist()]
        return pa.array(found, pa.float64()).take(encoded.indices)

    def _one(self, value: object) -> float | None:
        label = label_of(value)
        if label is None:
            return None
        if same_label(label, self.positive):
            return POSITIVE
        if self.negative is None or same_label(label, self.negative):
            return NEGATIVE
        return None


def binary_of(positive: Label, rows: Mapping[Label, int]) -> Binary:
    """Return how the labels of a file become 0 and 1.

    Of two classes each is one of them, and strays besides these are neither. Where there are
    more, the positive one stands against the rest.

    Args:
        positive: The label that is 1.
        rows: How many rows of the file have each label.

    Raises:
        UnusableRowsError: There are several classes, and none is the positive one, as in a file to
            which the configuration does not apply; the message goes on from the file's name.
    """
    others = {label: count for label, count in rows.items() if not same_label(label, positive)}
    most = max(1.0, STRAY_SHARE * sum(others.values()))
    classes = [label for label, count in others.items() if count > most]
    if len(classes) > 1 and len(others) == len(rows):
        listed = ", ".join(said(label) for label in in_order(classes)[:MOST_NAMED])
        raise UnusableRowsError(
            f"has the labels {listed}, of which none is the positive {said(positive)}; name one of "
            "them in [predictions.columns] of --config, and read files with other labels "
            "separately, by another --predictions pattern or log root"
        )
    return Binary(positive, classes[0] if len(classes) == 1 else None)
