"""The table ``layer_stats`` -> grids of layer by step, one a measure."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.columnar.arrays import Booleans, Floats
from insight_lib.columnar.table_groups import floats, integers
from insight_lib.report.read.downsample import spread
from insight_lib.report.records.run_page import LayerGrid

COLUMNS = (
    "run_id",
    "layer",
    "tensor",
    "kind",
    "step",
    "depth",
    "l2",
    "update_ratio",
    "nan_fraction",
    "inf_fraction",
    "std",
    "source",
)
REJECTED_COLUMNS = ("run_id", "reason")

MAX_LAYERS = 120
"""Rows of a grid: more are thinner than a line of text."""
MAX_STEPS = 100
"""Columns of a grid."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What a grid shows: a column of the rows of one kind."""

    name: str
    kind: Literal["weight", "gradient", "update", "activation"]
    column: str


MEASURES = (
    Measure("update_ratio", "update", "update_ratio"),
    Measure("gradient_norm", "gradient", "l2"),
    Measure("weight_norm", "weight", "l2"),
    Measure("activation_spread", "activation", "std"),
)


def layer_grids(table: pa.Table) -> tuple[LayerGrid, ...]:
    """Return a grid for every measure that the run's statistics hold, layers in order of depth."""
    found: list[LayerGrid] = []
    if table.num_rows == 0:
        return ()
    for measure in MEASURES:
        rows = table.filter(pc.equal(table["kind"], measure.kind))
        values = floats(rows, measure.column)
        broken = (floats(rows, "nan_fraction") > 0) | (floats(rows, "inf_fraction") > 0)
        broken |= np.isinf(values)
        shown = ~np.isnan(values) | broken
        if shown.any():
            found.append(_grid(measure, rows.filter(pa.array(shown)), broken[shown]))
    return tuple(found)


def rejected(table: pa.Table) -> tuple[tuple[str, int], ...]:
    """Return why layer summaries were rejected, and how many; most frequent first."""
    counts = Counter(table["reason"].to_pylist())
    return tuple(sorted(counts.items(), key=lambda found: (-found[1], found[0])))


def _grid(measure: Measure, rows: pa.Table, broken: Booleans) -> LayerGrid:
    names = [f"{layer} · {tensor}" for layer, tensor in _pairs(rows)]
    labels = _by_depth(names, floats(rows, "depth"))
    steps, columns = np.unique(integers(rows, "step"), return_inverse=True)
    place = {label: row for row, label in enumerate(labels)}
    at = [place[name] for name in names]
    values = np.full((len(labels), len(steps)), np.nan)
    values[at, columns] = floats(rows, measure.column)
    marks = np.zeros(values.shape, dtype=np.bool_)
    marks[at, columns] = broken
    kept_rows, kept_columns = spread(len(labels), MAX_LAYERS), spread(len(steps), MAX_STEPS)
    cells = np.ix_(kept_rows, kept_columns)
    return LayerGrid(
        measure=measure.name,
        labels=tuple(labels[row] for row in kept_rows),
        steps=steps[kept_columns],
        values=values[cells],
        broken=marks[cells],
        estimated=pc.any(pc.equal(rows["source"], "histogram")).as_py() is True,
        layers=len(labels),
        traced=len(steps),
    )


def _pairs(rows: pa.Table) -> list[tuple[str, str]]:
    return list(zip(rows["layer"].to_pylist(), rows["tensor"].to_pylist(), strict=True))


def _by_depth(names: list[str], depths: Floats) -> list[str]:
    """Return distinct names by depth, then name; a layer of unknown depth comes last."""
    known = {
        name: float("inf") if np.isnan(depth) else float(depth)
        for name, depth in zip(names, depths, strict=True)
    }
    return sorted(known, key=lambda name: (known[name], _as_counted(name)))


def _as_counted(name: str) -> list[tuple[int, str]]:
    """Return the parts of a name, numbers as numbers: ``layer2`` before ``layer10``."""
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
