"""What only a whole weight tells: its greatest singular value, its effective rank, its smoothness.

References:
    [1] Roy, Vetterli: The effective rank: a measure of effective dimensionality, EUSIPCO 2007.
"""

import numpy as np

from insight_lib.columnar.arrays import Floats

SHAPE_STATISTICS = ("spectral_norm", "effective_rank", "smoothness")

LARGEST_SVD = 2_000_000_000
"""Greatest ``m n min(m, n)`` of an m by n matrix that is taken apart, a second or two of one core:
1024 by 1024 is, the embedding of 30,000 words in 768 dimensions is not."""


def shape_statistics(tensor: Floats) -> tuple[float, float, float]:
    """Return spectral norm, effective rank and smoothness of a weight, in ``SHAPE_STATISTICS``.

    The matrix of a tensor of more than two axes has a column for each of its last axis: of a
    convolution's kernel (height, width, in, out) it is (height * width * in, out). Let s be its
    singular values and p = s / sum(s). The spectral norm is the greatest of s; the effective rank
    is exp(-sum p ln p), between 1 and the rank [1]. Both are NaN of a tensor of fewer than two
    axes, without elements, with one that is not finite, or beyond ``LARGEST_SVD``; the effective
    rank also of zeros.

    The smoothness is that of ``smoothness``.
    """
    if tensor.ndim < 2 or not tensor.size or not np.isfinite(tensor).all():
        return np.nan, np.nan, np.nan
    matrix = tensor.reshape(-1, tensor.shape[-1])
    if matrix.size * min(matrix.shape) > LARGEST_SVD:
        return np.nan, np.nan, smoothness(tensor)
    values = np.asarray(np.linalg.svd(matrix, compute_uv=False), np.float64)
    return float(values[0]), effective_rank(values), smoothness(tensor)


def effective_rank(singular_values: Floats) -> float:
    """Return the exponential of the entropy of singular values (n,); NaN where all are zero [1]."""
    total = singular_values.sum()
    if not total > 0:
        return np.nan
    shares = singular_values[singular_values > 0] / total
    return float(np.exp(-(shares * np.log(shares)).sum()))


def smoothness(kernel: Floats) -> float:
    """Return the correlation of neighbouring taps of a convolution's kernel, in -1..1.

    Args:
        kernel: shape (spatial axes ..., in, out). Pearson's correlation is over all pairs of
            elements of one filter that lie next to each other along a spatial axis; noise has none,
            a smooth filter nearly 1.

    Returns:
        NaN where there is no such pair or they do not vary.
    """
    pairs = [
        (_along(kernel, axis, slice(None, -1)), _along(kernel, axis, slice(1, None)))
        for axis in range(kernel.ndim - 2)
    ]
    first = np.concatenate([before for before, _ in pairs] or [np.empty(0)])
    second = np.concatenate([after for _, after in pairs] or [np.empty(0)])
    if first.size < 2:
        return np.nan
    first, second = first - first.mean(), second - second.mean()
    size = np.linalg.norm(first) * np.linalg.norm(second)
    return float(np.clip((first @ second) / size, -1, 1)) if size > 0 else np.nan


def _along(kernel: Floats, axis: int, part: slice) -> Floats:
    places = [slice(None)] * kernel.ndim
    places[axis] = part
    return kernel[tuple(places)].ravel()
