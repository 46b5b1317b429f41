"""Updates that are too large for the weights that they change."""

import numpy as np

from insight_lib.columnar.median import median
from insight_lib.dissection.findings.finding import (
    Finding,
    number,
    percent,
    series,
    share_confidence,
)
from insight_lib.dissection.run.network import Movements
from insight_lib.dissection.run.persistence import share_of_known


def find_large_updates(
    moving: Movements, *, update: float, step_share: float, min_steps: int
) -> Finding | None:
    """Return a finding on the layer whose updates are too large, if there is one.

    Args:
        moving: how far each layer moves.
        update: an update of that many times the weights is large.
        step_share: at what share of the steps of the run's second half they must be, 0..1.
        min_steps: of so many at least.
    """
    late = moving.values[:, moving.steps.size // 2 :]
    shares = share_of_known(late >= update, np.isfinite(late), min_steps)
    if not shares.size or shares.max() < step_share:
        return None
    place = int(np.argmax(shares))
    layer = moving.layers[place]
    judged = late[place][np.isfinite(late[place])]
    typical = median(judged)
    large = moving.steps[np.nan_to_num(moving.values[place]) >= update]
    return Finding(
        layer=layer,
        severity="warning",
        title=(
            f"A step changes the weights of layer {layer} by {number(typical)} of their size, and "
            f"by {number(update)} or more at {percent(shares[place])} of the traced steps "
            "of the second half, and nothing shows that the run learnt"
        ),
        first_step=int(large[0]),
        last_step=int(large[-1]),
        evidence={"update_ratio": typical, **_evidence(moving, place)},
        advice=_advice(layer),
        depth=moving.depths[place],
        confidence=share_confidence(int((judged >= update).sum()), judged.size),
    )


def find_thrown_weights(moving: Movements, throw: float) -> Finding | None:
    """Return a finding on the layer with the largest update, if it is above ``throw`` times."""
    sizes = np.nan_to_num(moving.values, nan=0.0, posinf=0.0)
    if not sizes.size or sizes.max() <= throw:
        return None
    place, at = np.unravel_index(int(sizes.argmax()), sizes.shape)
    layer, thrown = moving.layers[place], moving.steps[sizes[place] > throw]
    return Finding(
        layer=layer,
        severity="warning",
        title=(
            f"The update of step {int(moving.steps[at])} was {number(float(sizes.max()))} times "
            f"the weights of layer {layer}, and nothing shows that the run learnt after it"
        ),
        first_step=int(thrown[0]),
        last_step=int(thrown[-1]),
        evidence={"update_ratio": float(sizes.max()), **_evidence(moving, int(place))},
        advice=_advice(layer),
        depth=moving.depths[place],
    )


def _advice(layer: str) -> str:
    return (
        f"Lower the learning rate by a factor of ten (layer {layer} shows it most), warm it up, or "
        "clip the gradient norm; scale inputs and targets first if they are not."
    )


def _evidence(moving: Movements, place: int) -> dict[str, object]:
    """Return a layer's movement at the steps at which it is known."""
    values = moving.values[place]
    known = np.isfinite(values)
    return {
        "traced_steps": int(known.sum()),
        **series("update_ratio", moving.steps[known], values[known]),
    }
