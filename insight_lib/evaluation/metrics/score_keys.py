"""An integer for each float64 that sorts as the float does.

The bits of an IEEE 754 number, read as a sign and an integer, order as the numbers do [1]; turning
the magnitude of the negative ones round makes that a two's complement order. So a *prefix* of the
key (its leading bits) is a bucket: no range of scores is assumed, and buckets are everywhere
equally fine relative to the score.

    bits    sign (1) | exponent (11) | fraction (52)
    key     bits                         for scores >= 0
            bits ^ 0x7fff_ffff_ffff_ffff for scores < 0; -0.0 takes the key of 0.0
    bucket  key >> (64 - prefix_bits)

[1] IEEE Std 754-2019, section 5.10, totalOrder; M. Herf, "Radix Tricks" (2001).
"""

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.evaluation.metrics.kernels import LARGEST, fill_order_keys

KEY_BITS = 64
FEWEST_BITS = 12
"""Sign and exponent: with fewer, a bucket could reach from finite scores to the infinite."""


def order_keys(scores: Floats) -> Integers:
    """Return the order key of each score, shape (n,); equal scores have equal keys."""
    keys = np.empty(scores.shape, np.int64)
    fill_order_keys(np.ascontiguousarray(scores).view(np.int64), keys)
    return keys


def key_scores(keys: Integers) -> Floats:
    """Return the score of each order key, shape (n,): the inverse of ``order_keys``."""
    bits = np.where(keys >= 0, keys, keys ^ LARGEST)
    # Adding 0.0 turns -0.0, the score of the unused key -1, into 0.0.
    return bits.view(np.float64) + 0.0
