"""Trees that are drawn by hand."""

import numpy as np
import pytest

from insight_lib.errors import InputError
from insight_lib.risk.models.trees import Trees, joined, trees_of


def tree(baseline=0.25):
    """Return: column 0 at most 1 adds 10; else column 1 at most 2 or unknown adds 20, else 30."""
    return Trees(
        roots=np.array([0]),
        feature=np.array([0, 0, 1, 0, 0]),
        threshold=np.array([1.0, 0, 2.0, 0, 0]),
        left=np.array([1, 1, 3, 3, 4]),
        right=np.array([2, 1, 4, 3, 4]),
        missing_left=np.array([False, True, True, True, True]),
        value=np.array([0.0, 10, 0, 20, 30]),
        baseline=baseline,
    )


ROWS = np.array([[1.0, 9.0], [1.1, 2.0], [1.1, 2.1], [np.nan, np.nan], [-np.inf, 0.0]])
ADDED = np.array([10.0, 20.0, 30.0, 20.0, 10.0])


def test_each_row_comes_to_its_leaf():
    np.testing.assert_array_equal(tree().log_odds(ROWS), ADDED + 0.25)


def test_joined_trees_add_up_to_their_mean():
    both = joined([tree(0.0), tree(1.0)], 0.5)
    np.testing.assert_array_equal(both.log_odds(ROWS), ADDED + 0.5)
    assert joined([tree(), tree()], 1.0).roots.tolist() == [0, 5]


def test_no_row_has_no_score():
    assert tree().log_odds(np.zeros((0, 2))).shape == (0,)


def test_arrays_make_the_same_trees():
    again = trees_of(tree().arrays(), 2)
    np.testing.assert_array_equal(again.log_odds(ROWS), tree().log_odds(ROWS))


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("left", 2, 0),
        ("right", 2, 5),
        ("left", 0, 0),
        ("feature", 2, 2),
        ("feature", 0, -1),
        ("roots", 0, 7),
        ("value", 1, np.nan),
        ("baseline", 0, np.inf),
    ],
)
def test_what_a_walk_would_leave_or_never_end_in_is_refused(name, place, value):
    arrays = {key: one.copy() for key, one in tree().arrays().items()}
    arrays[name][place] = value
    with pytest.raises(InputError, match="does not hang together"):
        trees_of(arrays, 2)
