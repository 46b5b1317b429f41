"""What a traced step's batch looks like: scalars of its inputs and labels."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
# Of a larger input the first examples are described, but for non-finite elements: 8 ms.
_DESCRIBED_ELEMENTS = 2**20
# Wider labels, and whole numbers further apart, are described without the share of each.
_MOST_SHARES = 64
# Sorting that many labels takes a millisecond.
_SORTED_LABELS = 2**15
_NEAR_ZERO = 1e-7  # As Keras's percentage error.
_PLAIN = (np.mean, np.std, np.min, np.max)
_PAST_NAN = (np.nanmean, np.nanstd, np.nanmin, np.nanmax)


def input_scalars(inputs: Mapping[str, Array], lookups: Sequence[Array]) -> dict[str, float]:
    """Describe the inputs of a batch; the scalars' tags and meaning stand in ``stats_format``.

    Args:
        inputs: arrays by the inputs' names, first axis the examples; a number is one of them.
        lookups: what embeddings looked up; an input that is one of these is left out.
    """
    found: dict[str, float] = {}
    for name, values in inputs.items():
        if values.size and not any(_same(values, ids) for ids in lookups):
            described = _of_input(np.atleast_1d(values))
            found |= {f"input/{name}/{key}": value for key, value in described.items()}
    return found


def label_scalars(
    labels: Mapping[str, Array], weights: Mapping[str, Array] | None = None
) -> dict[str, float]:
    """Describe the labels of a batch, by output where there are several.

    Args:
        labels: arrays by the outputs' names, first axis the examples; a number is one of them.
        weights: of the examples, by the same names; of another name they are of all outputs.
    """
    given = dict(weights or {})
    of_all = next((each for name, each in given.items() if name not in labels), None)
    found: dict[str, float] = {}
    for name, values in labels.items():
        if values.size:
            prefix = "label" if len(labels) == 1 else f"label/{name}"
            standard = _standard(np.atleast_1d(values))
            described = dict(_of_labels(standard))
            weight = given.get(name, of_all)
            if weight is not None:
                described |= _of_weights(_standard(np.atleast_1d(weight)), standard)
            found |= {f"{prefix}/{key}": value for key, value in described.items()}
    return found


def _same(values: Array, ids: Array) -> bool:
    return values.size == ids.size and bool((values.reshape(-1) == ids.reshape(-1)).all())


def _standard(values: Array) -> Array:
    """Return whole numbers as they are, and any other type, bfloat16 too, as float64."""
    return values if values.dtype.kind in "iu" else values.astype(np.float64)


def _of_input(values: Array) -> dict[str, float]:
    features = values.shape[-1] if values.ndim > 1 else 1
    nonfinite = 0
    if values.dtype.kind not in "iu":
        nonfinite = values.size - int(np.count_nonzero(np.isfinite(values)))
    examples = max(_DESCRIBED_ELEMENTS * len(values) // values.size, 1)
    rows = values[:examples].reshape(-1, features).astype(np.float64)
    if nonfinite:
        rows = np.where(np.isfinite(rows), rows, np.nan)
    places = np.flatnonzero(~np.isnan(rows).all(axis=0)) if nonfinite else np.arange(features)
    # A feature's values side by side: along them numpy is up to ten times as fast as across.
    columns = np.ascontiguousarray((rows[:, places] if nonfinite else rows).T)
    found = _of_features(columns, places) if places.size else {}
    return {"nonfinite": nonfinite, "features": features, **found}


def _of_features(columns: Array, places: Array) -> dict[str, float]:
    """Describe features, each a row here, NaN where not finite; ``places`` tells the index."""
    # numpy's functions that look past NaN take thrice as long.
    is_whole = not np.isnan(columns.sum())
    mean, std, least, most = _PLAIN if is_whole else _PAST_NAN
    lows, highs = least(columns, axis=1), most(columns, axis=1)
    scales = np.sqrt(mean(columns * columns, axis=1))
    found = {
        "mean": mean(columns),
        "std": std(columns),
        "min": lows.min(),
        "max": highs.max(),
        "largest_feature_scale": scales.max(),
        "median_feature_scale": np.median(scales),
        "worst_feature": places[scales.argmax()],
    }
    if columns.shape[1] > 1:
        found["constant_features"] = np.count_nonzero(lows == highs)
    return found


def _of_labels(values: Array) -> Iterator[tuple[str, float]]:
    yield "rows", float(len(values))
    yield "numbers", values.size / len(values)
    flat = values.reshape(-1)
    finite = flat if flat.dtype.kind != "f" else flat[np.isfinite(flat)]
    yield "nonfinite", float(flat.size - finite.size)
    if finite.size == 0:
        return
    yield "mean", float(finite.mean(dtype=np.float64))
    yield "min", float(finite.min())
    yield "max", float(finite.max())
    yield "std", _spread(values)
    classes = _classes(values)
    if classes is not None:
        _, counts = np.unique(classes, return_counts=True)
        yield "classes", float(counts.size)
        yield "largest_share", float(counts.max() / counts.sum())
        yield from _shares(values)
    if classes is None or classes.max() - classes.min() > 1:
        yield from _deviations(values)


def _of_weights(weights: Array, labels: Array) -> dict[str, float]:
    """Describe the weights of examples, and the share of each class in the sum of the weights."""
    if not np.isfinite(weights).all():
        return {}
    found = {
        "weight_mean": float(weights.mean()),
        "weight_min": float(weights.min()),
        "weight_max": float(weights.max()),
    }
    each = weights.reshape(-1)
    if len(each) != len(labels) or each.sum() <= 0 or each.min() < 0 or _classes(labels) is None:
        return found
    positions = labels[..., 0].size if _is_of_columns(labels) else labels.size
    spread = np.repeat(each, positions // len(each))
    return found | {f"weighted_{name}": share for name, share in _shares(labels, spread)}


def _is_of_columns(values: Array) -> bool:
    """Return whether labels are several columns of 0 and 1."""
    return values.ndim > 1 and values.shape[-1] > 1 and bool(((values == 0) | (values == 1)).all())


def _shares(values: Array, weights: Array | None = None) -> Iterator[tuple[str, float]]:
    """Yield the share of each whole number or, of columns of 0 and 1, the rate of each column.

    Weights are those of the labels or of the rows of columns, one after the other.
    """
    if _is_of_columns(values):
        names = np.arange(values.shape[-1])
        shares = np.average(values.reshape(-1, names.size), axis=0, weights=weights)
    else:
        names, places = np.unique(values, return_inverse=True)
        counts = np.bincount(places.reshape(-1), weights)
        shares = counts / counts.sum()
    if names.size <= _MOST_SHARES and np.abs(names).max() < _MOST_SHARES:
        for name, share in zip(names, shares, strict=True):
            if share > 0:
                yield f"share/{int(name)}", float(share)


def _deviations(values: Array) -> Iterator[tuple[str, float]]:
    """Yield what the best constant of each column costs, by three measures of distance."""
    columns = values.shape[-1] if values.ndim > 1 else 1
    rows = values.reshape(-1, columns).astype(np.float64)
    rows = rows[np.isfinite(rows).all(axis=1)]
    if len(rows) < 2 or rows.size > _SORTED_LABELS:
        return
    yield "absolute_deviation", _cost_of_median(rows, np.ones_like(rows))
    sizes = 1 / np.maximum(np.abs(rows), _NEAR_ZERO)
    yield "relative_deviation", _cost_of_median(rows, sizes)
    if rows.min() > -1:
        yield "log_std", _spread(np.log1p(rows))


def _cost_of_median(rows: Array, weights: Array) -> float:
    """Return the mean weighted distance of rows (n, k) from each column's weighted median."""
    order = rows.argsort(axis=0)
    sums = np.take_along_axis(weights, order, axis=0).cumsum(axis=0)
    middle = (sums >= sums[-1] / 2).argmax(axis=0)
    medians = np.take_along_axis(rows, order, axis=0)[middle, np.arange(rows.shape[1])]
    return float((weights * np.abs(rows - medians)).mean())


def _spread(values: Array) -> float:
    """Return the root of the mean, over the last axis, of the variance within the batch."""
    columns = values.shape[-1] if values.ndim > 1 else 1
    rows = values.reshape(-1, columns)
    known = np.where(np.isfinite(rows), rows, np.nan)
    seen = known[:, ~np.isnan(known).all(axis=0)]
    return float(np.sqrt(np.nanvar(seen, axis=0).mean()))


def _classes(values: Array) -> Array | None:
    """Return the class of each label; None where labels are no whole numbers."""
    if values.dtype.kind == "f" and not (np.isfinite(values) & (values == np.rint(values))).all():
        return None
    if values.ndim < 2 or values.shape[-1] < 2:
        return values.reshape(-1)
    rows = values.reshape(-1, values.shape[-1])
    is_one_hot = ((rows == 0) | (rows == 1)).all() and (rows.sum(axis=1) == 1).all()
    return rows.argmax(axis=1) if is_one_hot else values.reshape(-1)
