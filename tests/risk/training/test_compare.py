"""Gain of one model over another, with runs of a group that resemble each other."""

import math

import numpy as np
import pytest

from insight_lib.risk.training.compare import is_better


def test_the_gain_is_the_mean_of_the_saved_log_loss():
    failed = np.array([1.0, 0.0])
    gain = is_better(failed, np.array([1.0, -1.0]), np.zeros(2), ["a", "b"])
    assert gain.mean == pytest.approx(math.log(2) - math.log1p(math.exp(-1)))
    assert gain.stderr == pytest.approx(0)
    assert gain.is_clear


def test_a_gain_in_one_group_alone_is_not_clear():
    failed = np.ones(40)
    groups = ["a"] * 10 + ["b"] * 10 + ["c"] * 10 + ["d"] * 10
    new = np.zeros(40)
    new[:10] = 1.0
    gain = is_better(failed, new, np.zeros(40), groups)
    assert gain.mean > 0
    assert not gain.is_clear


def test_a_model_is_no_better_than_itself():
    odds = np.linspace(-1, 1, 20)
    gain = is_better((odds > 0).astype(np.float64), odds, odds, list("ab") * 10)
    assert (gain.mean, gain.is_clear) == (0, False)


def test_one_group_shows_nothing():
    gain = is_better(np.ones(3), np.ones(3), np.zeros(3), ["a"] * 3)
    assert math.isnan(gain.stderr)
    assert not gain.is_clear
