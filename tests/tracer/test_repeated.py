"""How trainings are compared: by their bits where they repeat, by their spread elsewhere."""

import numpy as np
import pytest

from tests.tracer.repeated import check_same

ONE = [np.array([1.0, 2.0], np.float32), np.float32(0.5)]


def moved(by):
    return [ONE[0], ONE[1] + np.float32(by)]


def test_equal_bits_need_no_repetition():
    check_same(moved(0), ONE, lambda: pytest.fail("trained again"))


def test_other_bits_than_those_of_a_training_that_repeats_are_a_change():
    with pytest.raises(AssertionError, match="the untraced training repeats"):
        check_same(moved(1e-7), ONE, lambda: moved(0))


def test_where_no_training_repeats_the_spread_is_the_measure():
    check_same(moved(3e-7), ONE, lambda: moved(1e-7))
    with pytest.raises(AssertionError):
        check_same(moved(3e-5), ONE, lambda: moved(1e-7))
