"""What a tracer keeps of earlier traced steps, to tell how tensors moved since."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# 64 MiB of first weights as float32, 16 MiB of signs.
KEPT_ELEMENTS = 2**24
# As doubles this fits a core's second-level cache.
_CHUNK = 2**16


class PreviousTensors:
    """The weights of the first traced step, and the signs of the last traced updates.

    Args:
        elements: at most so many elements of each are kept. A tensor that no longer fits when it
            is first seen is not kept, and what would need it is NaN.
    """

    def __init__(self, elements: int = KEPT_ELEMENTS) -> None:
        self._first = _Kept(elements)
        self._signs = _Kept(elements)

    def distance(self, name: str, weight: NDArray[Any]) -> float:
        """Return the l2 of a weight's movement since the first traced step, 0 at that step.

        Elements that are not finite now or were not then do not count.
        """
        first = self._first.get_or_keep(name, weight)
        if first is None:
            return np.nan
        with np.errstate(invalid="ignore", over="ignore"):
            moved = np.subtract(weight, first, dtype=_at_least_single(weight)).reshape(-1)
        total = _squares(moved)
        return float(np.sqrt(total if total < np.inf else _squares(moved[np.isfinite(moved)])))

    def untouched_rows(self, name: str, weight: NDArray[Any]) -> float:
        """Count the rows that are bit for bit those of the first traced step."""
        first = self._first.get_or_keep(name, weight)
        if first is None:
            return np.nan
        same = first.view(_bits(first)) == weight.view(_bits(weight))
        return float(np.count_nonzero(same.reshape(len(weight), -1).all(axis=1)))

    def sign_changes(self, name: str, update: NDArray[Any]) -> float:
        """Count the elements whose sign is opposite to the one at the traced step before.

        Elements that are not finite at both steps do not count.
        """
        signs = (update > 0).view(np.int8) - (update < 0).view(np.int8)
        signs *= np.isfinite(update)
        last = self._signs.replace(name, signs)
        return np.nan if last is None else float(np.count_nonzero(signs * last == -1))


class _Kept:
    def __init__(self, elements: int) -> None:
        self._left = elements
        self._arrays: dict[str, NDArray[Any] | None] = {}

    def get_or_keep(self, name: str, array: NDArray[Any]) -> NDArray[Any] | None:
        """Return what is kept under a name; keep a copy at first where there is room."""
        if name not in self._arrays:
            self._arrays[name] = self._copy(array)
        return self._arrays[name]

    def replace(self, name: str, array: NDArray[Any]) -> NDArray[Any] | None:
        """Return what was kept under a name before, None at first, and keep this one instead."""
        if name not in self._arrays:
            self._arrays[name] = self._copy(array)
            return None
        last = self._arrays[name]
        if last is not None:
            self._arrays[name] = array
        return last

    def _copy(self, array: NDArray[Any]) -> NDArray[Any] | None:
        if array.size > self._left:
            return None
        self._left -= array.size
        return np.array(array)


def _at_least_single(array: NDArray[Any]) -> type:
    return np.float64 if array.dtype == np.float64 else np.float32


def _bits(array: NDArray[Any]) -> str:
    return f"u{array.dtype.itemsize}"


def _squares(flat: NDArray[Any]) -> float:
    """Sum the squares in double precision."""
    total = 0.0
    for start in range(0, flat.size, _CHUNK):
        # Not a dot product: BLAS would start threads next to TensorFlow's.
        part = flat[start : start + _CHUNK].astype(np.float64)
        total += float(np.add.reduce(np.multiply(part, part, out=part)))
    return total
