"""Scores of rows that are changed in a few columns."""

import numpy as np
import pytest

from insight_lib.risk.models.changed_rows import ChangedRows
from insight_lib.risk.models.trees import joined


@pytest.mark.parametrize("columns", [[0], [1], [0, 2], [3], []])
def test_are_those_of_the_whole_model(bundle, healthy_rows, columns):
    share = np.full(len(healthy_rows), 0.5)
    own, rows = np.arange(100), np.array([3, 50, 99])
    changed = healthy_rows[rows].copy()
    changed[:, columns] = [[5.0], [np.nan], [-5.0]]
    for member in bundle.members:
        known = ChangedRows.of(member, healthy_rows, share, own)
        whole = member.log_odds(changed, share[rows])
        np.testing.assert_allclose(known.log_odds(changed, rows, np.array(columns, int)), whole)


def test_only_trees_that_ask_for_a_column_look_at_it(bundle):
    trees = joined([bundle.members[0].model.trees] * 2, 0.5)
    assert trees.looking_at(np.array([0])).tolist() == [0, 1]
    assert trees.looking_at(np.array([1, 2])).tolist() == []
