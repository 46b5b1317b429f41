"""How a run stands now, and how that is among its peers."""

import numpy as np
import numpy.typing as npt

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.view import RunView
from tests.bench.risk.baselines.curves import last_of, mean_training_loss, score, validation_loss

LAST_VALUES = ("b_last_train_loss", "b_last_validation_loss", "b_last_score")


def last_values(run: RunView) -> dict[str, float]:
    """Return the last losses and the last score of a run, all so that less is better."""
    judged = score(run)
    scored = None if judged is None else judged.series
    curves = mean_training_loss(run), validation_loss(run), scored
    found = zip(LAST_VALUES, map(last_of, curves), curves, strict=True)
    # A value that is known and not finite is the worst that there is.
    return {
        name: value if np.isfinite(value) else np.inf
        for name, value, curve in found
        if curve is not None and curve.values.size
    }


def rank_among_peers(values: Floats, peers: npt.NDArray[np.str_]) -> Floats:
    """Return which share of its peers each run is no better than, mean over what is known of it.

    Args:
        values: (runs, columns), less is better; NaN where not known.
        peers: (runs,) runs of the same name are peers: of one program, at one share.

    Returns:
        (runs,) in [0, 1]; 0.5 where nothing is known of a run.
    """
    ranks = np.full(values.shape, np.nan)
    for name in np.unique(peers):
        inside = np.flatnonzero(peers == name)
        for column in range(values.shape[1]):
            ranks[inside, column] = _midranks(values[inside, column])
    known = ~np.isnan(ranks)
    total = np.where(known, ranks, 0).sum(axis=1)
    return np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), 0.5)


def _midranks(values: Floats) -> Floats:
    known = values[~np.isnan(values)]
    if known.size == 0:
        return np.full(values.shape, np.nan)
    ordered = np.sort(known)
    below = np.searchsorted(ordered, values, side="left")
    upto = np.searchsorted(ordered, values, side="right")
    return np.where(np.isnan(values), np.nan, (below + upto) / (2 * known.size))
