"""Fewer points for the eye: a series keeps the shape it has on a screen."""

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers

KEPT_PER_BIN = 3
"""A bin's least, its greatest and one that is not finite."""


def kept(values: Floats, limit: int) -> Integers:
    """Return which points of a long series to show.

    The series is cut into bins of equal length; of each bin its least and its greatest finite
    value stay, and its first value that is not finite, so that neither a spike nor a gap vanishes.
    The first and the last point always stay.

    Args:
        values: shape (n,); NaN and infinities allowed.
        limit: how many to show at most; at least 5.

    Returns:
        Ascending positions, shape (m,), m <= max(limit, 5); all positions where n <= limit.
    """
    count = len(values)
    if count <= limit:
        return np.arange(count)
    bins = max((limit - 2) // KEPT_PER_BIN, 1)
    width = -(-count // bins)
    padded = np.full(bins * width, np.nan)
    padded[:count] = values
    table = padded.reshape(bins, width)
    finite = np.isfinite(table)
    # A bin with nothing of a kind yields position 0 of the bin, which is a real point all the same.
    places = np.stack(
        [
            np.argmin(np.where(finite, table, np.inf), axis=1),
            np.argmax(np.where(finite, table, -np.inf), axis=1),
            np.argmax(~finite, axis=1),
        ]
    )
    found = (places + np.arange(bins) * width).ravel()
    return np.unique(np.append(found[found < count], [0, count - 1]))


def spread(count: int, limit: int) -> Integers:
    """Return at most ``limit`` of ``count`` positions, evenly spaced, with first and last."""
    if count <= limit:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, limit).round().astype(np.int64))
