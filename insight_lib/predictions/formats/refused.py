"""Rows that were refused, counted by where they would have counted and by their label.

What evaluates the others must know whether all rows of a label are gone: what is left then gives
numbers that look right and are not.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.predictions.formats.classes import MOST_CLASSES
from insight_lib.predictions.formats.columns import Typed
from insight_lib.predictions.formats.labels import BINARY, Label, label_of, said

ALL_ROWS = ""
"""The slice of all rows."""
ALL_LABELS = ""
"""Stands for every label, where a whole file was refused."""
KEY = ("step", "split", "slice", "label")
REFUSED = pa.schema(
    [
        ("step", pa.int64()),
        ("split", pa.string()),
        ("slice", pa.string()),
        ("label", pa.string()),
        ("rows", pa.int64()),
        ("reason", pa.string()),
    ]
)
"""Label is null where it is missing, or is none of two that a configuration names."""


def count_labels(typed: Typed) -> list[tuple[Label, int]]:
    """Return the labels of some rows, and how many have each; whatever else is wrong with them."""
    labels = typed.rows["label"]
    counts: list[tuple[Label, int]] = []
    other = pc.invert(pc.fill_null(pc.is_in(labels, pa.array(BINARY)), False))
    for value in BINARY:
        rows = pc.sum(pc.equal(labels, pa.scalar(value))).as_py() or 0
        counts += [(value, rows)] if rows else []
    if pc.any(other).as_py():
        found = pc.value_counts(typed.given["label"].filter(other.combine_chunks()).drop_null())
        counts += _named(found[: MOST_CLASSES + 1])  # more change nothing
    return counts


def label_counts(given: pa.Array) -> list[tuple[Label, int]]:
    """Return the labels of some rows as a file has them, and how many have each."""
    return _named(pc.value_counts(given))


def _named(found: pa.StructArray) -> list[tuple[Label, int]]:
    pairs = zip(found.field("values").to_pylist(), found.field("counts").to_pylist(), strict=True)
    named = ((label_of(value), rows) for value, rows in pairs)
    return [(label, rows) for label, rows in named if label is not None]


def count_refused(typed: Typed, good: pa.BooleanArray, reason: pa.Array) -> pa.Table:
    """Count the refused rows whose step and split are known, with columns of `REFUSED`.

    Args:
        typed: All rows.
        good: Which of them are taken.
        reason: Why each of the others is not.
    """
    bad = typed.rows.filter(pc.invert(good))
    table = pa.table(
        {
            "step": bad["step"],
            "split": pc.cast(bad["split"], pa.string()),
            "slice": pa.repeat(ALL_ROWS, bad.num_rows),
            "label": _labels(typed, bad, good),
            "rows": pa.array(np.ones(bad.num_rows, np.int64)),
            "reason": reason,
        }
    )
    placed = pc.and_(pc.is_valid(table["step"]), pc.is_valid(table["split"]))
    table, slices = table.filter(placed), bad["slices"].filter(placed).combine_chunks()
    return add_up([table, _by_slice(table, slices)])


def _labels(typed: Typed, bad: pa.Table, good: pa.BooleanArray) -> pa.Array:
    """Return the label of each refused row in words, null where it names no class."""
    labels = bad["label"].combine_chunks()
    texts = {value: said(value) for value in BINARY}
    known = pc.if_else(pc.equal(labels, BINARY[1]), texts[BINARY[1]], texts[BINARY[0]])
    known = pc.if_else(pc.is_in(labels, pa.array(BINARY)), known, None)
    if typed.binary:
        return known
    given = pc.dictionary_encode(typed.given["label"].filter(pc.invert(good)), "encode")
    if len(given.dictionary) > MOST_CLASSES:  # no classes, but numbers or texts of any kind
        return known
    named = [label_of(value) for value in given.dictionary.to_pylist()]
    words = pa.array([None if n is None else said(n) for n in named], pa.string())
    return pc.coalesce(known, words.take(given.indices))


def _by_slice(table: pa.Table, slices: pa.MapArray) -> pa.Table:
    """Return the same rows once for each slice that they are in."""
    offsets = slices.offsets.to_numpy()
    rows = np.repeat(np.arange(len(slices)), np.diff(offsets))
    entries = slice(int(offsets[0]), int(offsets[-1]))
    names = pc.binary_join_element_wise(slices.keys[entries], slices.items[entries], "=")
    place = table.schema.get_field_index("slice")
    return table.take(pa.array(rows)).set_column(place, "slice", names)


def add_up(tables: Sequence[pa.Table]) -> pa.Table:
    """Return one row for each key of some counts, in order of key."""
    rows = pa.concat_tables([REFUSED.empty_table(), *(t.cast(REFUSED) for t in tables)])
    counted = rows.group_by(KEY, use_threads=False).aggregate([("rows", "sum"), ("reason", "min")])
    named = counted.rename_columns([*KEY, "rows", "reason"])
    return named.select(REFUSED.names).sort_by([(name, "ascending") for name in KEY]).cast(REFUSED)


def by_label(counts: pa.Table) -> pa.Table:
    """Return the counts of rows whose label is known."""
    return counts.filter(pc.is_valid(counts["label"]))


def places(parts: Iterable[tuple[pa.Table, pa.Table]], reason: str) -> pa.Table:
    """Return counts that refuse every row of a file, whatever its label.

    Args:
        parts: The rows of the file that could be taken, and the others counted.
        reason: Why none of them is.
    """
    return add_up([_placed(each, reason) for kept, refused in parts for each in (kept, refused)])


def _placed(rows: pa.Table, reason: str) -> pa.Table:
    if "slice" in rows.column_names:
        rows = rows.filter(pc.equal(rows["slice"], ALL_ROWS))
        counts = rows["rows"]
    else:
        counts = pa.array(np.ones(rows.num_rows, np.int64))
    table = pa.table({"step": rows["step"], "split": pc.cast(rows["split"], pa.string())})
    texts = {"slice": ALL_ROWS, "label": ALL_LABELS, "reason": reason}
    for name, text in texts.items():
        table = table.append_column(name, pa.repeat(text, len(table)))
    return add_up([table.append_column("rows", counts).select(REFUSED.names)])
