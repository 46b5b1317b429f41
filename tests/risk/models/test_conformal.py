"""Thresholds on healthy runs of several families."""

import numpy as np
import pytest

from insight_lib.risk.models.conformal import (
    MOST_FALSE_ALARMS,
    MOST_IN_A_FAMILY,
    choose_threshold,
)


def families(count, spread, seed=0, runs=100):
    """Return healthy scores; each family's middle differs by ``spread``."""
    random = np.random.default_rng(seed)
    return {f"f{i}": random.normal(random.normal(scale=spread), 1, runs) for i in range(count)}


def test_families_at_hand_have_at_most_the_allowed_false_alarms():
    healthy = families(12, 0.5)
    found = choose_threshold(healthy)
    rates = [np.mean(scores > found.flag_above) for scores in healthy.values()]
    assert np.mean(rates) <= MOST_FALSE_ALARMS
    assert max(rates) <= MOST_IN_A_FAMILY


def test_new_families_of_the_same_kind_have_few_false_alarms_in_the_mean():
    found = [choose_threshold(families(12, 0.5, seed)).flag_above for seed in range(20)]
    unseen = np.concatenate(list(families(200, 0.5, seed=99).values()))
    assert np.mean([np.mean(unseen > one) for one in found]) <= MOST_FALSE_ALARMS


def test_what_is_promised_is_what_leaving_each_family_out_gives():
    healthy = families(8, 0.3)
    found = choose_threshold(healthy)
    assert found.is_met
    assert found.mean_unseen <= MOST_FALSE_ALARMS
    assert found.worst_unseen <= MOST_IN_A_FAMILY


def test_a_family_unlike_all_others_makes_the_promise_impossible_and_it_is_said():
    healthy = families(6, 0.0) | {"strange": np.full(50, 10.0)}
    found = choose_threshold(healthy)
    assert not found.is_met
    assert found.worst_unseen == 1.0
    assert found.level == 0.0


def test_more_spread_between_families_asks_for_a_higher_threshold():
    assert (
        choose_threshold(families(12, 1.0)).flag_above
        > choose_threshold(families(12, 0.1)).flag_above
    )


@pytest.mark.parametrize("healthy", [{}, {"a": np.zeros(0)}])
def test_without_a_healthy_run_nothing_is_flagged(healthy):
    found = choose_threshold(healthy)
    assert found.flag_above == np.inf
    assert not found.is_met


def test_one_family_sets_a_threshold_without_a_promise():
    found = choose_threshold(families(1, 0.0))
    assert np.isfinite(found.flag_above)
    assert np.isnan(found.mean_unseen)
    assert not found.is_met
