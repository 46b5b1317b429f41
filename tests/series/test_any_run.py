"""Whatever a run holds, each of its series is something."""

import numpy as np
import pytest

from insight_lib.series.classify import classify
from insight_lib.series.pairs import pairs
from insight_lib.series.series import Series
from tests.series.test_words import NAMES

TAGS = [tag for tags in NAMES.values() for tag in tags]
STREAMS = (".", "train", "validation", "test", "eval/Loss_Train")
ODD = np.array([0.0, 1.0, -1.0, np.nan, np.inf, -np.inf, 1e300, -1e300, 5e-324, 100.0, 0.1])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("seed", range(40))
def test_any_names_and_values_are_classified_without_a_complaint(seed):
    rng = np.random.default_rng(seed)
    run = {}
    for tag in rng.choice(TAGS, 30, replace=False):
        size = int(rng.choice([0, 1, 2, 5, 40]))
        values = rng.choice(ODD, size) if rng.random() < 0.5 else rng.lognormal(0, 9, size)
        run[str(rng.choice(STREAMS)), str(tag)] = Series(np.arange(size), values)
    roles = classify(run)
    assert list(roles) == list(run)
    assert all(about.why and 0 < about.sure <= 1 and about.phase for about in roles.values())
    assert all({pair.training, pair.held_out} <= set(run) for pair in pairs(roles))


def test_no_series_is_nothing():
    assert classify({}) == {}
