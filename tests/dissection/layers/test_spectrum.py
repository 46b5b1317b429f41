"""Statistics of whole weights against their definitions, written as direct loops."""

import numpy as np
import pytest

from insight_lib.dissection.layers import spectrum
from insight_lib.dissection.layers.spectrum import effective_rank, shape_statistics, smoothness


def test_an_identity_has_full_rank_and_an_outer_product_rank_one():
    assert shape_statistics(np.eye(6))[:2] == pytest.approx((1.0, 6.0))
    norm, rank, _ = shape_statistics(np.outer([3.0, 4.0], [1.0, 0.0, 0.0]))
    assert (norm, rank) == pytest.approx((5.0, 1.0))


def test_the_effective_rank_is_the_exponential_of_the_entropy():
    values = np.array([4.0, 2.0, 1.0, 1.0])
    entropy = -sum(p * np.log(p) for p in (0.5, 0.25, 0.125, 0.125))
    assert effective_rank(values) == pytest.approx(np.exp(entropy))


def test_a_convolution_is_the_matrix_of_all_that_one_output_sees():
    kernel = np.random.default_rng(1).normal(size=(3, 2, 4, 5))
    columns = np.array([kernel[..., out].ravel() for out in range(5)]).T
    assert shape_statistics(kernel)[0] == pytest.approx(np.linalg.norm(columns, 2))


@pytest.mark.parametrize(
    "tensor", [np.ones(4), np.float64(3.0), np.empty((0, 3)), np.full((2, 2), np.nan)]
)
def test_what_has_no_singular_values_has_none_of_the_statistics(tensor):
    assert np.isnan(shape_statistics(np.asarray(tensor))).all()


def test_a_matrix_of_zeros_has_a_norm_and_no_rank():
    norm, rank, _ = shape_statistics(np.zeros((3, 3)))
    assert norm == 0
    assert np.isnan(rank)


def test_a_matrix_too_large_to_decompose_has_no_singular_values(monkeypatch):
    monkeypatch.setattr(spectrum, "LARGEST_SVD", 4 * 5 * 4 - 1)
    assert np.isnan(shape_statistics(np.ones((4, 5)))[:2]).all()
    assert not np.isnan(shape_statistics(np.ones((4, 4)))[:2]).any()


def test_the_smoothness_is_the_correlation_of_neighbouring_taps():
    kernel = np.random.default_rng(2).normal(size=(3, 4, 2, 3)).cumsum(axis=0).cumsum(axis=1)
    pairs = []
    for row in range(3):
        for column in range(4):
            for other in ((row + 1, column), (row, column + 1)):
                if other[0] < 3 and other[1] < 4:
                    here, there = kernel[row, column].ravel(), kernel[other].ravel()
                    pairs += zip(here, there, strict=True)
    expected = np.corrcoef(np.array(pairs).T)[0, 1]
    assert smoothness(kernel) == pytest.approx(expected)


def test_noise_is_not_smooth_and_a_slope_is():
    noise = np.random.default_rng(3).normal(size=(5, 5, 16, 32))
    slope = np.add.outer(np.arange(5.0), np.arange(5.0))[..., np.newaxis, np.newaxis]
    assert abs(smoothness(noise)) < 0.05
    assert smoothness(slope) > 0.8


@pytest.mark.parametrize("shape", [(1, 1, 4, 4), (4, 4), (3, 3, 2, 2)])
def test_without_neighbours_that_vary_there_is_no_smoothness(shape):
    assert np.isnan(smoothness(np.ones(shape)))
