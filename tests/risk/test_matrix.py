"""Feature maps as a matrix."""

import math

import numpy as np
import pytest

from insight_lib.errors import InputError
from insight_lib.risk.matrix import feature_matrix, one_row_a_run


def test_columns_are_all_features_sorted_and_what_is_not_known_is_nan(feature_rows):
    matrix = feature_matrix(feature_rows({"b": {"y": 1.0, "x": 2.0}, "a": {"z": 3.0}}))
    assert (matrix.run_ids, matrix.names) == (("b", "a"), ("x", "y", "z"))
    np.testing.assert_array_equal(matrix.values, [[2, 1, math.nan], [math.nan, math.nan, 3]])


def test_null_nan_and_infinite_features_count_as_unknown(feature_rows):
    matrix = feature_matrix(feature_rows({"a": {"w": None, "x": math.nan, "y": -math.inf}}))
    assert np.isnan(matrix.values).all()


def test_a_column_that_no_run_has_is_all_unknown(feature_rows):
    chosen = feature_matrix(feature_rows({"a": {"x": 1.0}})).select(["other", "x"])
    np.testing.assert_array_equal(chosen, [[math.nan, 1]])


@pytest.mark.parametrize("runs", [{}, {"a": {}}])
def test_runs_without_features_and_no_runs_have_a_matrix_too(feature_rows, runs):
    assert feature_matrix(feature_rows(runs)).values.shape == (len(runs), 0)


def test_two_cutoffs_of_one_run_are_refused_by_name(feature_rows):
    rows = feature_rows({"a": {"x": 1.0}, "b": {"x": 2.0}})
    twice = rows.set_column(0, "run_id", [["a", "a"]])
    with pytest.raises(InputError, match=r"several cut-offs of one run.*: a;"):
        one_row_a_run(feature_matrix(twice))
