"""Statistics of a tensor against another one, or against itself at another step.

Rows come with their names (run_id, layer, tensor, kind, step) and sorted by these; what is
undefined is NaN.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.columnar.grouping import group_numbers, group_spans
from insight_lib.dissection.run.network import NORMALIZATIONS, touched_size


def update_ratio(named: pa.Table, l2: Floats) -> Floats:
    """Return l2 of each update over that of the weight of the same key and step, NaN elsewhere."""
    tensor_of = _groups(named, ("run_id", "layer", "tensor"))
    steps, step_of = np.unique(named["step"].to_numpy(), return_inverse=True)
    # One number stands for tensor and step, so that a sorted intersection pairs update and weight.
    place = tensor_of * max(steps.size, 1) + step_of
    weights, updates = (
        np.flatnonzero(pc.equal(named["kind"], kind).to_numpy()) for kind in ("weight", "update")
    )
    ratio = np.full(l2.size, np.nan)
    _, in_updates, in_weights = np.intersect1d(place[updates], place[weights], return_indices=True)
    ratio[updates[in_updates]] = _over(l2[updates[in_updates]], l2[weights[in_weights]])
    return ratio


def change_since_start(named: pa.Table, distance: Floats, l2: Floats) -> Floats:
    """Return each weight's distance from where it began, over its l2 there.

    It began where the distance was last 0: at the first traced step, and again where a training
    continued in a new process that had not seen the first one. NaN where no such step was traced
    or the weight was zero.
    """
    tensor_of = _groups(named, ("run_id", "layer", "tensor", "kind"))
    rows = np.arange(l2.size)
    # Steps rise within a tensor: the last row so far with distance 0 is the latest start.
    began = np.maximum.accumulate(np.where(distance == 0, rows, -1)) if l2.size else rows
    # A tensor without a start must not borrow that of the tensor before it.
    same = (began >= 0) & (tensor_of[began] == tensor_of)
    return np.where(same, _over(distance, l2[began]), np.nan)


def gradient_ratios(
    named: pa.Table, depth: pa.Array, layer_type: pa.Array, field: dict[str, Floats]
) -> tuple[Floats, Floats]:
    """Return how the gradient of each layer compares with the top layer's and the next one's.

    A layer's gradient is that of its largest tensor, the root mean square of the elements that are
    not zero; normalisation layers, whose gradients are of another size, are passed over, and so are
    gradients of zeros and those with an element that is not finite.

    Args:
        named: the rows' names (n).
        depth: place along the forward pass; null where unknown, where nothing can be said.
        layer_type: class of the layer.
        field: the compact statistics by name, each (n,).

    Returns:
        to_top: (n,) over that of the deepest layer that has a gradient at that step.
        to_above: (n,) over that of the next deeper one; NaN at the top.
    """
    to_top, to_above = np.full(len(depth), np.nan), np.full(len(depth), np.nan)
    size = touched_size(field["count"], field["zeros"], field["l2"])
    size[(field["nans"] > 0) | (field["infs"] > 0)] = np.nan
    is_flow = pc.and_(pc.equal(named["kind"], "gradient"), pc.is_valid(depth))
    is_flow = pc.and_not(is_flow, pc.is_in(layer_type, pa.array(NORMALIZATIONS)))
    rows = np.flatnonzero(is_flow.to_numpy())
    # Of a logged norm the count is not known.
    rows = rows[_is_largest(named.take(pa.array(rows)), np.nan_to_num(field["count"][rows]))]
    # Zeros and NaN (which fails the comparison) would hide the next gradient that says something.
    rows = rows[size[rows] > 0]
    if not rows.size:
        return to_top, to_above
    # By depth first: the stable sort by run and step keeps the layers of a step bottom to top.
    rows = rows[np.lexsort([depth.take(pa.array(rows)).to_numpy()])]
    order, spans = group_spans(named.take(pa.array(rows)), ("run_id",), "step")
    rows = rows[order]
    moment = _moments_apart(named["step"].to_numpy()[rows], spans)
    last = np.append(np.flatnonzero(np.diff(moment)), rows.size - 1)
    top = last[moment]
    # The next row is the next deeper layer, but after the top one the next step begins.
    above = np.minimum(np.arange(rows.size) + 1, top)
    to_top[rows] = _over(size[rows], size[rows[top]])
    is_below = np.arange(rows.size) < top
    to_above[rows[is_below]] = _over(size[rows], size[rows[above]])[is_below]
    return to_top, to_above


def _moments_apart(steps: Integers, spans: list[slice]) -> Integers:
    """Return a number for each row, counted from 0, equal for rows of one run and step."""
    changed = np.append(False, np.diff(steps) != 0)
    changed[[span.start for span in spans[1:]]] = True
    return np.cumsum(changed)


def _is_largest(named: pa.Table, count: Floats) -> Integers:
    """Return the row number of each layer's largest tensor; of equal ones the first by name."""
    order, layers = group_spans(named, ("run_id", "layer"))
    tensor_of = _groups(named, ("run_id", "layer", "tensor"))
    largest = np.zeros(order.size, bool)
    greatest = np.zeros(tensor_of.max(initial=-1) + 1)
    np.maximum.at(greatest, tensor_of, count)
    for layer in layers:
        tensors = np.unique(tensor_of[order[layer]])
        chosen = tensors[np.argmax(greatest[tensors])]
        largest[order[layer]] = tensor_of[order[layer]] == chosen
    return np.flatnonzero(largest)


def _groups(named: pa.Table, keys: tuple[str, ...]) -> Integers:
    """Return the number of each row's group of equal keys."""
    return group_numbers(*group_spans(named, keys))


def _over(numerator: Floats, denominator: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return np.where(denominator > 0, numerator / denominator, np.nan)
