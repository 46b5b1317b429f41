"""Compare each run with its peers: the runs of its group that were looked at at the same share."""

import math
import warnings
from collections.abc import Hashable, Sequence

import numpy as np

from insight_lib.columnar.arrays import Floats, Places
from insight_lib.risk.features.peers import COMPARED, PEER_FEATURES
from insight_lib.risk.models.matrix import FeatureMatrix

LEAST_PEERS = 6
"""Runs, the compared one among them, of which a feature is known: quartiles of fewer are chance."""
FARTHEST = 8.0
"""Spreads at which a deviation is cut, as that from healthy runs is."""
_LEAST_SPREAD = 0.01
"""All features are shares, changes or powers of ten: a hundredth is no difference."""
_IQR_OF_A_GAUSSIAN = 1.349
_SAME_SHARE_DIGITS = 3

Key = Hashable


def peer_keys(groups: Sequence[str], share: Floats, cutoff_step: Places) -> list[Key]:
    """Return what rows that are peers have in common: group and share.

    Where the planned length is not known, rows of the same cut-off are peers.

    Args:
        groups: program or experiment of each row.
        share: shape (rows,), of the planned length; NaN where that is not known.
        cutoff_step: shape (rows,).
    """
    looks = zip(groups, np.round(share, _SAME_SHARE_DIGITS).tolist(), cutoff_step, strict=True)
    return [
        (group, None, int(step)) if math.isnan(at) else (group, at, None)
        for group, at, step in looks
    ]


def with_peers(matrix: FeatureMatrix, keys: Sequence[Key]) -> FeatureMatrix:
    """Return the matrix with each row's place among its peers filled in.

    Args:
        matrix: rows of runs; has the compared features, and may have columns of peers.
        keys: of `peer_keys`; rows of one key are peers.
    """
    return filled(matrix, deviations(matrix.select(COMPARED), keys))


def filled(matrix: FeatureMatrix, among: Floats) -> FeatureMatrix:
    """Return the matrix with these places of its rows among their peers; shape (rows, COMPARED)."""
    names = [one.name for one in PEER_FEATURES]
    own = [i for i, name in enumerate(matrix.names) if name not in names]
    kept = tuple(matrix.names[i] for i in own)
    values = np.column_stack([matrix.values[:, own], among])
    return FeatureMatrix(matrix.run_ids, (*kept, *names), values)


def deviations(values: Floats, keys: Sequence[Key]) -> Floats:
    """Return (value - median of its peers) / their spread, cut to +-FARTHEST.

    The spread is that of the middle half, as of a Gaussian. NaN where the value is not known, or
    that of fewer than LEAST_PEERS rows.

    Args:
        values: shape (rows, features), NaN where not known.
        keys: of each row.
    """
    found = np.full(values.shape, np.nan)
    rows_of: dict[Key, list[int]] = {}
    for row, key in enumerate(keys):
        rows_of.setdefault(key, []).append(row)
    for rows in rows_of.values():
        if len(rows) >= LEAST_PEERS:
            found[rows] = _among(values[rows])
    return found


def _among(values: Floats) -> Floats:
    with warnings.catch_warnings():
        # A feature that is known of no peer: its quartiles are NaN, as they should be.
        warnings.simplefilter("ignore", RuntimeWarning)
        low, middle, high = np.nanquantile(values, (0.25, 0.5, 0.75), axis=0)
    spread = np.maximum((high - low) / _IQR_OF_A_GAUSSIAN, _LEAST_SPREAD)
    deviation: Floats = np.clip((values - middle) / spread, -FARTHEST, FARTHEST)
    deviation[:, np.sum(~np.isnan(values), axis=0) < LEAST_PEERS] = np.nan
    return deviation
