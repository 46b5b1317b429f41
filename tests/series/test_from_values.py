"""What the values of series correct of their names."""

import numpy as np
import pytest

from insight_lib.series.classify import classify
from insight_lib.series.role import Role, Unit
from tests.series.runs import run_of, series

RATES = np.linspace(0.1, 0.9, 9)


def classified(**given):
    return {tag: about for (_, tag), about in classify(run_of(**given)).items()}


@pytest.mark.parametrize(
    "tag", ["val_acc", "f1", "auc", "error_rate", "mAP", "eval_top5", "recall"]
)
@pytest.mark.parametrize("seed", range(5))
def test_per_cent_are_scaled_once_and_fractions_are_not(tag, seed):
    fractions = np.random.default_rng(seed).uniform(0.02, 1, 30)
    as_fraction, as_per_cent = classified(**{tag: fractions}), classified(**{tag: 100 * fractions})
    assert (as_fraction[tag].scale, as_fraction[tag].unit) == (1, Unit.FRACTION)
    assert (as_per_cent[tag].scale, as_per_cent[tag].unit) == (0.01, Unit.FRACTION)
    np.testing.assert_allclose(100 * fractions * as_per_cent[tag].scale, fractions)


def test_per_cent_of_one_phase_are_per_cent_of_the_other_too():
    found = classified(train_acc=100 * RATES, val_acc=[0.9, 0.8, 0.7])
    assert (found["train_acc"].scale, found["val_acc"].scale) == (0.01, 0.01)


def test_a_fraction_next_to_per_cent_of_another_name_stays_one():
    found = classified(top5_accuracy=100 * RATES, accuracy=RATES)
    assert (found["top5_accuracy"].scale, found["accuracy"].scale) == (0.01, 1)


@pytest.mark.parametrize("values", [[1.0, 1.0000001], [np.nan, 0.5], [np.nan, np.nan], []])
def test_rounding_and_missing_values_say_nothing(values):
    assert classified(accuracy=values)["accuracy"].scale == 1


@pytest.mark.parametrize("values", [[-3.0, 5.0, 2.0], [200.0, 900.0]])
def test_what_is_not_between_0_and_100_is_no_accuracy(values):
    assert classified(acc=values)["acc"].role is Role.OTHER


def test_a_score_beyond_100_keeps_its_role_without_a_unit():
    about = classified(rouge=[120.0, 150.0])["rouge"]
    assert (about.role, about.unit) == (Role.SCORE, None)


def test_a_word_error_rate_may_begin_above_1():
    assert classified(wer=[3.0, 1.2, 0.6, 0.3, 0.2])["wer"].scale == 1
    assert classified(wer=[90.0, 45.0, 20.0, 11.0])["wer"].scale == 0.01


def test_an_entropy_loss_below_zero_is_minus_the_entropy():
    found = classified(entropy_loss=[-1.4, -1.0, -0.2], policy_loss=[0.1, 0.2, 0.1])
    assert found["entropy_loss"].scale == -1
    found = classified(entropy_loss=[1.4, 1.0, 0.2], policy_loss=[0.1, 0.2, 0.1])
    assert found["entropy_loss"].scale == 1


def test_a_time_that_only_rises_is_a_clock_and_not_a_steps_duration():
    assert classified(time=[0.1, 0.12, 0.09, 0.1, 0.1])["time"].role is Role.STEP_TIME
    assert classified(time=[1.0, 2.0, 3.1, 4.0, 5.0])["time"].role is Role.OTHER


@pytest.mark.parametrize("scale", [1, 100])
def test_an_error_that_is_1_minus_an_accuracy_is_an_error_rate(scale):
    found = classified(accuracy=scale * RATES, error=scale * (1 - RATES))
    assert (found["error"].role, found["error"].scale) == (Role.ERROR_RATE, 1 / scale)
    assert classified(error=1 - RATES)["error"].role is Role.REGRESSION_ERROR


def test_an_integer_series_is_looked_at_like_any_other():
    assert classify({(".", "accuracy"): series(np.arange(5))})[".", "accuracy"].scale == 0.01
