"""What healthy runs are like at each landmark."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from insight_lib.columnar.arrays import Floats, Places
from insight_lib.errors import InputError

FARTHEST = 8.0
"""Deviations are cut here: beyond eight spreads a value is no stranger, only larger."""
_IQR_OF_A_GAUSSIAN = 1.349
# A feature that is one number in all healthy runs deviates by a hundredth of what it spans, as all
# features are shares, changes or powers of ten.
_LEAST_SPREAD = 0.01


@dataclass(frozen=True)
class Healthy:
    """Middle and spread of the features of healthy runs; shapes (landmarks + 1, features).

    The last row is of all healthy runs, whatever their landmark.

    Attributes:
        medians: NaN where the feature is known of no healthy run there.
        spreads: of the middle half, as of a Gaussian; at least _LEAST_SPREAD.
    """

    medians: Floats
    spreads: Floats

    def deviation(self, values: Floats, landmark: Places) -> Floats:
        """Return (value - median) / spread, cut to +-FARTHEST; NaN where not known.

        Args:
            values: shape (rows, features).
            landmark: shape (rows,), place in the landmarks.
        """
        scaled = (values - self.medians[landmark]) / self.spreads[landmark]
        return np.clip(scaled, -FARTHEST, FARTHEST)

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return what `healthy_of` builds the same from."""
        return {"medians": self.medians, "spreads": self.spreads}


def healthy_of(
    arrays: Mapping[str, npt.NDArray[np.generic]], landmarks: int, columns: int
) -> Healthy:
    """Return the record of `Healthy.arrays`, for so many landmarks and columns.

    Raises:
        InputError: it is of another number of landmarks or features.
    """
    medians = arrays["medians"].astype(np.float64)
    spreads = arrays["spreads"].astype(np.float64)
    if not medians.shape == spreads.shape == (landmarks + 1, columns):
        raise InputError("its healthy runs have other features than it has itself")
    return Healthy(medians, spreads)


def describe_healthy(values: Floats, landmark: Places, landmarks: int) -> Healthy:
    """Return middle and spread at each landmark, and over all of them.

    Args:
        values: shape (rows, features), of healthy runs.
        landmark: shape (rows,), place in the landmarks.
        landmarks: how many there are.
    """
    parts = [_quartiles(values[landmark == one]) for one in range(landmarks)]
    parts.append(_quartiles(values))
    low, middle, high = np.stack(parts, axis=1)
    spread = (high - low) / _IQR_OF_A_GAUSSIAN
    return Healthy(middle, np.fmax(spread, _LEAST_SPREAD))


def _quartiles(values: Floats) -> Floats:
    """Return the quartiles of the known values of each column, shape (3, columns)."""
    found = np.full((3, values.shape[1]), np.nan)
    is_known = ~np.isnan(values).all(axis=0) if len(values) else np.zeros(values.shape[1], bool)
    if is_known.any():
        found[:, is_known] = np.nanquantile(values[:, is_known], (0.25, 0.5, 0.75), axis=0)
    return found
