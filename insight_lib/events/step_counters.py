"""Steps that a counter of too few bits wrote: they are counted on where it starts again."""

import numpy as np

from insight_lib.columnar.arrays import Integers

NEAR = 2**21
"""How near to the end of its range a counter must have been, and to the beginning it must be."""

# The least step of a counter, and how many it has: a signed one of 32 bits, one that is set to 0
# where it would turn negative, an unsigned one.
COUNTERS = ((-(2**31), 2**32), (0, 2**31), (0, 2**32))


def wraps(steps: Integers) -> Integers:
    """Return where a 32-bit counter starts again, and by how much all steps from there on are low.

    A signed counter turns to -2^31 behind 2^31 - 1, an unsigned one to 0 behind 2^32 - 1. A fall
    from within `NEAR` of the one to within `NEAR` of the other is no restart, which would have to
    happen within a thousandth of the counter's range.

    Args:
        steps: steps in the order of writing, shape (n,).

    Returns:
        Shape (n,), 0 where no counter starts again.
    """
    lost = np.zeros(len(steps), np.int64)
    before, after = steps[:-1], steps[1:]
    for least, size in COUNTERS:
        at_end = (before >= least + size - NEAR) & (before < least + size)
        at_start = (after >= least) & (after < least + NEAR)
        lost[1:][at_end & at_start] = size
    return lost


def may_wrap(steps: Integers) -> bool:
    """Return whether any step is so high that a counter may start again behind it."""
    return bool(len(steps)) and bool(steps.max() >= 2**31 - NEAR)


def unwrapped(steps: Integers) -> Integers:
    """Return the steps as a counter of more bits had written them; mostly the same array.

    >>> unwrapped(np.array([2**31 - 2, 2**31 - 1, -(2**31)])).tolist()
    [2147483646, 2147483647, 2147483648]
    """
    if not may_wrap(steps):
        return steps
    lost = wraps(steps)
    return steps + np.cumsum(lost) if lost.any() else steps
