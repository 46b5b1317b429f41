"""The plain medians are numpy's, to the last bit."""

import math

import numpy as np
import pytest

from insight_lib.columnar.median import median, row_medians, window_medians

SIZES = (1, 2, 3, 4, 5, 10, 99, 500, 501, 1_999, 2_000, 2_001, 2_002)


@pytest.mark.parametrize("size", SIZES)
def test_is_that_of_numpy(size: int) -> None:
    rng = np.random.default_rng(size)
    for values in (
        rng.normal(size=size) * 10.0 ** rng.integers(-300, 300, size),
        rng.integers(-5, 5, size).astype(float),
        rng.integers(-(10**9), 10**9, size),
    ):
        assert median(values) == float(np.median(values))
        assert math.isfinite(median(values))


@pytest.mark.parametrize("size", SIZES)
def test_is_nan_where_one_is(size: int) -> None:
    values = np.random.default_rng(size).normal(size=size)
    values[size // 3] = np.nan
    assert math.isnan(median(values))


def test_infinities_are_numbers() -> None:
    assert median(np.array([np.inf, 1.0, -np.inf])) == 1.0
    assert median(np.array([np.inf, np.inf, 1.0])) == np.inf


def test_is_nan_of_none() -> None:
    assert math.isnan(median(np.zeros(0)))


def test_leaves_the_values_in_their_order() -> None:
    values = np.arange(1_000.0)[::-1].copy()
    median(values)
    row_medians(values.reshape(10, -1))
    assert np.array_equal(values, np.arange(1_000.0)[::-1])


@pytest.mark.parametrize("columns", [1, 2, 5, 8, 25, 50])
def test_rows_have_those_of_numpy(columns: int) -> None:
    rows = np.random.default_rng(columns).normal(size=(40, columns))
    assert np.array_equal(row_medians(rows), np.median(rows, axis=1))


@pytest.mark.parametrize("hop", [1, 2, 7])
@pytest.mark.parametrize("width", [1, 2, 5, 8, 40])
def test_windows_have_those_of_numpy(width: int, hop: int) -> None:
    rng = np.random.default_rng(width)
    for values in (rng.normal(size=40), rng.integers(-2, 3, 40).astype(float)):
        windows = np.lib.stride_tricks.sliding_window_view(values, width)[::hop]
        assert np.array_equal(window_medians(values, width, hop), np.median(windows, axis=1))
