"""Which landmark a run counts with."""

import numpy as np

from insight_lib.columnar.arrays import Floats, Places


def places_of(share: Floats, landmarks: tuple[float, ...]) -> Places:
    """Return the place of the nearest landmark by ratio; len(landmarks) where none is known.

    Args:
        share: shape (rows,), of the planned length in (0, 1]; NaN where that is not known.
        landmarks: shares, rising, above 0.
    """
    places = np.full(share.shape, len(landmarks), dtype=np.intp)
    is_known = share > 0
    logs = np.log(np.array(landmarks))
    distance = np.abs(np.log(share[is_known])[:, np.newaxis] - logs)
    if logs.size:
        places[is_known] = distance.argmin(axis=1)
    return places
