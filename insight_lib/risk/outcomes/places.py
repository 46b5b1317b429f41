"""The step since which something holds of a series."""

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats, Integers

SEEN_BY = 0.25
"""Of a run: when one that never began to learn has failed. A convention, that of the public labels
too: there is no step at which nothing happened, and by then it can be seen."""


def quarter_of(steps: Integers) -> int:
    """Return the first step (of n rising ones) at or after a quarter of the way to the last."""
    return int(steps[int(np.searchsorted(steps, SEEN_BY * steps[-1]))])


def since_when(steps: Integers, holds: Booleans) -> int:
    """Return the step since which something holds to the end; the last one where it does not.

    Args:
        steps: (n,) rising, n from 1.
        holds: (n,) whether it does.
    """
    before = np.flatnonzero(~holds)
    return int(steps[min(int(before[-1]) + 1, steps.size - 1)]) if before.size else int(steps[0])


def half_lost(steps: Integers, values: Floats, best_place: int, levels: tuple[float, float]) -> int:
    """Return the step at which half of the way from the best level to that of the end is gone.

    It is the first after the best one since which the values are mostly beyond the middle.

    Args:
        steps: (n,) rising.
        values: (n,), finite.
        best_place: from where on it is looked for.
        levels: the best one and that of the end.
    """
    best, end = levels
    rest = values[best_place:]
    lost = np.sign(end - best) * (rest - (best + end) / 2)
    gained = np.cumsum(np.where(lost > 0, -1, 1))
    return int(steps[best_place + min(int(np.argmax(gained)) + 1, rest.size - 1)])
