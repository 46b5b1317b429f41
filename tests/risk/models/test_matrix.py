"""Feature maps as a matrix."""

import math

import numpy as np
import pytest

from insight_lib.risk.models.matrix import feature_matrix, known_values


def test_all_computable_features_are_columns_and_others_follow(feature_rows):
    rows = feature_rows({"b": {"y": 1.0, "new": 2.0}, "a": {"z": 3.0}})
    matrix = feature_matrix(rows, ("z", "y", "x"))
    assert (matrix.run_ids, matrix.names) == (("b", "a"), ("z", "y", "x", "new"))
    nan = math.nan
    np.testing.assert_array_equal(matrix.values, [[nan, 1, nan, 2], [3, nan, nan, nan]])


def test_null_nan_and_infinite_features_count_as_unknown(feature_rows):
    rows = feature_rows({"a": {"w": None, "x": math.nan, "y": -math.inf}})
    assert np.isnan(feature_matrix(rows, ("w", "x", "y")).values).all()


def test_a_column_that_no_run_has_is_all_unknown(feature_rows):
    chosen = feature_matrix(feature_rows({"a": {"x": 1.0}}), ("x",)).select(["other", "x"])
    np.testing.assert_array_equal(chosen, [[math.nan, 1]])


@pytest.mark.parametrize("runs", [{}, {"a": {}}])
def test_runs_without_features_and_no_runs_have_a_matrix_too(feature_rows, runs):
    matrix = feature_matrix(feature_rows(runs), ("x",))
    assert matrix.values.shape == (len(runs), 1)
    assert matrix.rows([]).values.shape == (0, 1)


def test_a_part_of_the_rows_is_the_same_part_of_the_matrix(feature_rows):
    rows = feature_rows({"a": {"x": 1.0, "y": 2.0}, "b": {}, "c": {"y": 3.0}, "d": {"x": 4.0}})
    whole = feature_matrix(rows, ("x", "y"))
    part = feature_matrix(rows.slice(1, 2), ("x", "y"))
    assert part.run_ids == ("b", "c")
    np.testing.assert_array_equal(part.values, whole.values[1:3])
    np.testing.assert_array_equal(known_values(rows.slice(2), ("y",)), whole.values[2:, 1:])
