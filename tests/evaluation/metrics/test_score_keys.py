"""Order keys."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.evaluation.metrics.score_keys import key_scores, order_keys

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(FINITE, FINITE)
def test_keys_compare_as_their_scores_do(one, two):
    keys = order_keys(np.array([one, two]))
    assert (keys[0] < keys[1]) == (one < two)
    assert (keys[0] == keys[1]) == (one == two)


@given(st.lists(FINITE))
def test_a_key_gives_its_score_back(scores):
    array = np.array(scores, float)
    assert np.array_equal(key_scores(order_keys(array)), array)


def test_keys_of_the_ends_of_the_range_are_the_bits_themselves():
    top = np.finfo(float).max
    assert order_keys(np.array([0.0, -0.0, 5e-324, -5e-324, top, -top])).tolist() == [
        0,
        0,
        1,
        -2,
        0x7FEF_FFFF_FFFF_FFFF,
        -0x7FF0_0000_0000_0000,
    ]
