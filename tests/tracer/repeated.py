"""Comparing a traced training with an untraced one, also where trainings do not repeat."""

from collections.abc import Callable, Sequence

import numpy as np

# One repetition shows less than the widest spread, by how much less is up to chance.
SPREADS = 10


def check_same(
    traced: Sequence[np.ndarray],
    plain: Sequence[np.ndarray],
    train_again: Callable[[], Sequence[np.ndarray]],
) -> None:
    """Assert that a traced training gave the numbers of an untraced one, bit for bit.

    Where threads add up in an order of chance, no training repeats. So if the bits differ, the
    untraced one is done again: if it repeats, tracing has changed the training; if it does not,
    the traced one must lie within a few times their spread.
    """
    if _bits(traced) == _bits(plain):
        return
    again = train_again()
    assert _bits(again) != _bits(plain), "the untraced training repeats, the traced one differs"
    assert _distance(traced, plain) <= SPREADS * _distance(again, plain)


def _bits(arrays: Sequence[np.ndarray]) -> list[bytes]:
    return [np.asarray(array).tobytes() for array in arrays]


def _distance(one: Sequence[np.ndarray], other: Sequence[np.ndarray]) -> float:
    pairs = zip(one, other, strict=True)
    return max(float(np.abs(np.subtract(own, its, dtype=float)).max()) for own, its in pairs)
