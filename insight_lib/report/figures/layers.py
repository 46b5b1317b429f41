"""Grids of layer by step -> heat maps with a logarithmic colour."""

import math

import numpy as np

from insight_lib.report.figures.shared import Figure, axis, literals, numbers
from insight_lib.report.records.run_page import LayerGrid

TITLES = {
    "update_ratio": "Update ratio",
    "gradient_norm": "Gradient norm",
    "weight_norm": "Weight norm",
    "activation_spread": "Activation spread",
}

EXPLANATIONS = {
    "update_ratio": (
        "Norm of the update over the norm of the weight that it changed. Healthy training stays "
        "near 0.001 (pale); blue layers hardly move, red ones are overwritten."
    ),
    "gradient_norm": (
        "Euclidean norm of the applied gradient. If it falls by decades from the last layer to the "
        "first, the gradient vanishes."
    ),
    "weight_norm": (
        "Euclidean norm of the weights. If it grows by decades, the weights diverge; if it falls "
        "towards zero, weight decay leaves the layer without output."
    ),
    "activation_spread": (
        "Standard deviation of the outputs. Healthy layers keep it near 1; zero means that the "
        "layer gives the same output for every example."
    ),
}
_ESTIMATED = "Estimated from histograms: every element is counted at the middle of its bucket."

# The healthy update ratio, 1e-3, lies in the middle of its scale: log10 from -6 to 0.
_RATIO_RANGE = (-6.0, 0.0)
_RATIO_COLOURS = [
    [0.0, "#1e3a8a"],
    [0.25, "#5b8def"],
    [0.5, "#f3efe4"],
    [0.75, "#ef8a5b"],
    [1.0, "#991b1b"],
]
_NORM_COLOURS = [
    [0.0, "#221150"],
    [0.3, "#5f187f"],
    [0.55, "#b63679"],
    [0.8, "#f8765c"],
    [1.0, "#fcfdbf"],
]
_BROKEN_COLOUR = "#00c2a8"
_NORM_DECADES = 8.0
_ROW_PIXELS = 22
_FRAME_PIXELS = 110


def grid_figure(grid: LayerGrid) -> Figure:
    """Return a heat map: layers from the first at the top, steps in equal columns, colour log10.

    A zero takes the colour of the low end. Cells whose tensor holds NaN or infinities are drawn
    in a separate colour; cells that were not written stay empty.
    """
    labels, steps = literals(grid.labels), [f"{step:,}" for step in grid.steps.tolist()]
    low, high = _range(grid)
    with np.errstate(divide="ignore"):
        logs = np.clip(np.log10(np.where(grid.broken, np.nan, grid.values)), low, high)
    cells = {
        "type": "heatmap",
        "x": steps,
        "y": labels,
        "z": [numbers(row, 4) for row in logs],
        "customdata": [numbers(row, 3) for row in grid.values],
        "zmin": low,
        "zmax": high,
        "colorscale": _RATIO_COLOURS if grid.measure == "update_ratio" else _NORM_COLOURS,
        "colorbar": _colour_bar(low, high),
        "hovertemplate": "%{y}<br>step %{x}<br>%{customdata:.3~g}<extra></extra>",
        "xgap": 1,
        "ygap": 1,
    }
    layout = {
        "xaxis": axis("step", type="category", showgrid=False, nticks=12),
        "yaxis": {"type": "category", "autorange": "reversed", "showgrid": False},
        "height": _FRAME_PIXELS + _ROW_PIXELS * max(len(labels), 4),
    }
    return {"data": [cells, *_broken(grid, steps, labels)], "layout": layout}


def grid_notes(grid: LayerGrid) -> list[str]:
    """Return what the picture leaves out, in words."""
    notes = [EXPLANATIONS[grid.measure], *([_ESTIMATED] if grid.estimated else ())]
    if len(set(np.diff(grid.steps).tolist())) > 1:
        notes.append("The step axis is not to scale: each traced step has a column of one width.")
    if grid.broken.any():
        notes.append("Turquoise cells contain NaN or infinite elements.")
    if len(grid.labels) < grid.layers:
        notes.append(f"{len(grid.labels):,} of {grid.layers:,} tensors shown, evenly over depth.")
    if len(grid.steps) < grid.traced:
        notes.append(f"{len(grid.steps):,} of {grid.traced:,} traced steps shown.")
    return notes


def _broken(grid: LayerGrid, steps: list[str], labels: list[str]) -> list[Figure]:
    if not grid.broken.any():
        return []
    marks = {
        "type": "heatmap",
        "x": steps,
        "y": labels,
        "z": [[1 if cell else None for cell in row] for row in grid.broken.tolist()],
        "colorscale": [[0, _BROKEN_COLOUR], [1, _BROKEN_COLOUR]],
        "showscale": False,
        "hovertemplate": "%{y}<br>step %{x}<br>NaN or infinite elements<extra></extra>",
        "xgap": 1,
        "ygap": 1,
    }
    return [marks]


def _range(grid: LayerGrid) -> tuple[float, float]:
    """Return log10 of the scale's ends; a norm's scale ends at its own greatest value."""
    if grid.measure == "update_ratio":
        return _RATIO_RANGE
    values = grid.values[~grid.broken & np.isfinite(grid.values) & (grid.values > 0)]
    if not len(values):
        return -_NORM_DECADES, 0.0
    high = math.ceil(math.log10(values.max()))
    return max(math.floor(math.log10(values.min())), high - _NORM_DECADES), float(high)


def _colour_bar(low: float, high: float) -> Figure:
    ticks = list(range(math.ceil(low), math.floor(high) + 1))
    texts = [f"1e{tick}" if tick else "1" for tick in ticks]
    return {"tickvals": ticks, "ticktext": texts, "thickness": 12, "outlinewidth": 0}
