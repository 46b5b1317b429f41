"""The compact statistics against numpy's and plain Python's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from insight_lib.tracer.statistics.tensor_statistics import (
    TensorValues,
    activation_facts,
    summarize,
)
from insight_lib.tracer.stats_format import QUANTILES, STATS_FIELDS

_tensors = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=6),
    elements=st.floats(width=32, allow_nan=True, allow_infinity=True),
)


def summary_of(values, facts=()):
    return summarize([TensorValues(values, dict(facts))])[0]


def summary_of_activation(values, activation):
    return summary_of(values, activation_facts(values, activation))


def named(summary):
    return dict(zip(STATS_FIELDS, summary.stats, strict=True))


@given(_tensors)
def test_the_statistics_are_those_of_the_finite_elements(values):
    stats = named(summary_of(values))
    finite = values[np.isfinite(values)].astype(np.float64)
    assert stats["count"] == values.size
    assert stats["nans"] == np.isnan(values).sum()
    assert stats["infs"] == np.isinf(values).sum()
    assert stats["zeros"] == (values == 0).sum()
    assert stats["positives"] == (finite > 0).sum()
    np.testing.assert_allclose(stats["l1"], np.abs(finite).sum(), rtol=1e-12)
    np.testing.assert_allclose(stats["l2"], np.sqrt((finite**2).sum()), rtol=1e-12)
    if finite.size:
        scale = np.abs(finite).max()
        np.testing.assert_allclose(stats["mean"], finite.mean(), atol=1e-12 * scale)
        np.testing.assert_allclose(
            stats["m2"], finite.var() * finite.size, rtol=1e-9, atol=1e-12 * scale**2
        )
        assert (stats["min"], stats["max"]) == (finite.min(), finite.max())
        expected = np.quantile(finite, QUANTILES)
        found = [stats[f"q{int(100 * q):02d}"] for q in QUANTILES]
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12 * scale)


@given(_tensors)
def test_nothing_finite_leaves_the_location_undefined_and_the_sums_zero(values):
    stats = named(summary_of(np.full_like(values, np.nan)))
    assert all(np.isnan(stats[name]) for name in ("mean", "min", "max", "q01", "q50", "q99"))
    assert stats["m2"] == stats["l1"] == stats["l2"] == 0


@given(_tensors)
def test_the_histogram_counts_every_finite_element_as_numpy_does(values):
    histogram = summary_of(values).histogram
    finite = values[np.isfinite(values)].astype(np.float64)
    assert histogram[:, 2].sum() == finite.size
    if finite.size and finite.min() < finite.max():
        edges = np.append(histogram[:, 0], histogram[-1, 1])
        np.testing.assert_array_equal(histogram[:, 2], np.histogram(finite, edges)[0])
        np.testing.assert_allclose(edges, np.linspace(finite.min(), finite.max(), 31), rtol=1e-6)


def test_a_constant_tensor_gets_one_bucket_around_it():
    np.testing.assert_array_equal(summary_of(np.full(5, 2.0)).histogram, [[1.5, 2.5, 5]])


def test_the_widest_range_does_not_overflow():
    largest = np.finfo(np.float64).max
    summary = summary_of(np.array([-largest, largest]))
    assert np.isfinite(summary.histogram).all()
    assert named(summary)["l2"] == np.inf


def test_only_an_activation_has_units():
    stats = named(summary_of(np.ones((2, 3))))
    assert all(np.isnan(stats[name]) for name in ("units", "dead_units", "saturated"))


def test_a_unit_is_dead_when_it_is_zero_for_every_example_and_position():
    output = np.zeros((2, 3, 4), np.float32)
    output[1, 2, 1] = 1e-30
    output[0, 0, 3] = np.nan
    stats = named(summary_of_activation(output, "relu"))
    assert (stats["units"], stats["dead_units"], stats["saturated"]) == (4, 2, 0)


@pytest.mark.parametrize(
    ("activation", "saturated"), [("sigmoid", 4), ("tanh", 2), ("relu", 0), (None, 0)]
)
def test_saturated_outputs_are_those_at_the_functions_flat_ends(activation, saturated):
    output = np.array([[-0.9999, 0.001, 0.5], [0.9999, 0.999 - 1, np.inf]], np.float32)
    # sigmoid: two below 0.0025, one -0.001, one above 0.9975; tanh: -0.9999 and 0.9999.
    assert named(summary_of_activation(output, activation))["saturated"] == saturated


def test_an_output_without_a_unit_axis_is_one_unit():
    assert named(summary_of_activation(np.zeros(3), None))["units"] == 1


def test_a_unit_is_constant_when_every_example_has_it_alike_at_each_position():
    rng = np.random.default_rng(5)
    output = rng.normal(size=(6, 4, 5)).astype(np.float32)
    output[..., 1] = 2.0
    output[..., 3] = output[0, :, 3]  # varies along the positions only
    output[5, 2, 4] = np.nan
    assert named(summary_of_activation(output, None))["constant_units"] == 2
    assert np.isnan(named(summary_of_activation(output[:1], None))["constant_units"])


def test_a_large_tensor_has_exact_moments_and_quantiles_of_a_sample_of_all_columns():
    rng = np.random.default_rng(6)
    values = rng.normal(size=(10_000, 16)).astype(np.float32) + np.arange(16, dtype=np.float32)
    values[5, 5], values[6, 6] = np.nan, np.inf
    summary = summary_of(values)
    stats, finite = named(summary), values[np.isfinite(values)].astype(np.float64)
    assert (stats["nans"], stats["infs"], stats["count"]) == (1, 1, values.size)
    assert stats["mean"] == pytest.approx(finite.mean(), rel=1e-12)
    assert stats["m2"] == pytest.approx(finite.var() * finite.size, rel=1e-12)
    assert (stats["min"], stats["max"]) == (finite.min(), finite.max())
    for q in QUANTILES:  # within 1 % of the ranks
        rank = (finite < stats[f"q{int(100 * q):02d}"]).mean()
        assert rank == pytest.approx(q, abs=0.01)
    assert summary.histogram[:, 2].sum() == pytest.approx(values.size, rel=1e-3)


@given(st.lists(_tensors, max_size=5))
def test_a_tensor_among_others_is_summarized_as_if_it_were_alone(tensors):
    together = summarize([TensorValues(values) for values in tensors])
    for values, found in zip(tensors, together, strict=True):
        alone = summary_of(values)
        np.testing.assert_allclose(found.stats, alone.stats, rtol=1e-12)
        np.testing.assert_array_equal(found.histogram, alone.histogram)


def test_tensors_of_any_size_and_type_are_summarized_together():
    rng = np.random.default_rng(7)
    tensors = [
        rng.normal(3, 2, size).astype(kind)
        for size, kind in ((7, np.float16), (200_000, np.float32), (0, np.float32), (9, np.float64))
    ]
    for values, found in zip(tensors, summarize([TensorValues(t) for t in tensors]), strict=True):
        exact, stats = values.astype(np.float64), named(found)
        assert stats["count"] == values.size
        assert stats["l1"] == pytest.approx(np.abs(exact).sum(), rel=1e-12)
        if values.size:
            assert stats["m2"] == pytest.approx(exact.var() * exact.size, rel=1e-9)
