"""Ranking metrics against their definitions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.risk.models.ranking import recall_at, roc_auc

rows = st.lists(st.tuples(st.sampled_from([0.0, 1.0]), st.integers(0, 9)), min_size=1)


@given(rows)
def test_the_area_is_the_share_of_pairs_in_order(pairs):
    failed, score = np.array(pairs, dtype=np.float64).T
    sick, well = score[failed == 1], score[failed == 0]
    if not (sick.size and well.size):
        assert math.isnan(roc_auc(failed, score))
        return
    wins = [1.0 if p > q else 0.5 if p == q else 0.0 for p in sick for q in well]
    assert roc_auc(failed, score) == pytest.approx(np.mean(wins))


@given(rows, st.sampled_from([0.0, 0.05, 0.3, 1.0]))
def test_the_recall_is_the_best_of_all_thresholds_with_so_few_false_alarms(pairs, allowed):
    failed, score = np.array(pairs, dtype=np.float64).T
    sick, well = score[failed == 1], score[failed == 0]
    if not (sick.size and well.size):
        assert math.isnan(recall_at(failed, score, allowed))
        return
    thresholds = [-math.inf, *score]
    fair = [one for one in thresholds if np.mean(well > one) <= allowed + 1e-12]
    assert recall_at(failed, score, allowed) == max(np.mean(sick > one) for one in fair)
