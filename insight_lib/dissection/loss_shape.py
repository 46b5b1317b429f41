"""Shapes of a loss curve that mean that nothing is learnt: risen, flat, still at chance."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from insight_lib.dissection.losses import end_level, start_level
from insight_lib.dissection.view import FloatArray

# Where one class is rarer than that, good models too are hardly below the entropy of the classes.
LARGEST_SHARE = 0.8
_LEVELS = 5


def has_risen(values: FloatArray, rise: float, known_start: float = np.inf) -> bool:
    """Tell whether a loss ended at ``rise`` times its start or above, its last two points too.

    Args:
        values: (n,) finite, n from 2.
        rise: above 1.
        known_start: what the loss was before its first point, where that is known.
    """
    limit = rise * min(start_level(values), known_start)
    return bool(limit > 0 and end_level(values) >= limit and (values[-2:] >= limit).all())


def is_flat(values: FloatArray, flat: float, tolerance: float = 0.0) -> bool:
    """Tell whether no earlier level lies above the end by more than ``flat`` of the start.

    Levels are the start and the medians of five equal stretches, so that a start which is low by
    accident does not hide the fall of a noisy loss.

    Args:
        values: (n,) finite, n from 5.
        flat: share of the start.
        tolerance: a fall up to this is none, if it is more than ``flat`` of the start.
    """
    start = start_level(values)
    levels = [float(np.median(stretch)) for stretch in np.array_split(values, _LEVELS)]
    return max(start, *levels) - end_level(values) <= max(flat * abs(start), tolerance)


def guessing_loss(config: Mapping[str, Any] | None) -> float | None:
    """Return the cross entropy, in nats, of guessing by the recorded class frequencies.

    It is the entropy -sum(p ln p) of the class balance. None where no balance of at least two
    classes is recorded, or one class holds more than ``LARGEST_SHARE``.
    """
    data = config.get("data") if config else None
    balance = data.get("class_balance") if isinstance(data, dict) else None
    if not isinstance(balance, dict) or len(balance) < 2:
        return None
    shares = [share for share in balance.values() if isinstance(share, float | int) and share > 0]
    total = sum(shares)
    if len(shares) < 2 or not np.isfinite(total) or max(shares) > LARGEST_SHARE * total:
        return None
    probabilities = np.array(shares) / total
    return float(-(probabilities * np.log(probabilities)).sum())


def is_at_chance(values: FloatArray, guessing: float, chance: float) -> bool:
    """Tell whether a cross entropy (n,) in nats ended at ``chance`` times guessing or above."""
    return end_level(values) >= chance * guessing
