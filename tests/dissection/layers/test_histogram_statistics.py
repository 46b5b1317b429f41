"""What buckets tell, against numpy on the numbers that were put into them."""

import numpy as np
import pytest

from insight_lib.dissection.layers.histogram_statistics import bucket_numbers
from insight_lib.tracer.stats_format import QUANTILES, STATS_FIELDS


def numbers_of(*histograms):
    """Each histogram is a list of (left, right, count)."""
    rows = [np.array(buckets, float).reshape(-1, 3) for buckets in histograms]
    ends = np.cumsum([0, *map(len, rows)])
    lefts, rights, counts = np.concatenate(rows).T.copy() if rows else np.empty((3, 0))
    numbers, good = bucket_numbers(lefts, rights, counts, ends)
    return [dict(zip(STATS_FIELDS, row, strict=True)) for row in numbers], good


def buckets_of(numbers, edges):
    counts, _ = np.histogram(numbers, edges)
    lefts, rights = edges[:-1].copy(), edges[1:].copy()
    filled = np.flatnonzero(counts)
    first, last = filled[0], filled[-1]
    lefts[first], rights[last] = numbers.min(), numbers.max()
    return np.stack([lefts, rights, counts], axis=1)[first : last + 1]


# TensorFlow 1's and PyTorch's: a tenth wider from bucket to bucket, from 1e-12 on.
_UP = 1e-12 * 1.1 ** np.arange(774)
TF1_EDGES = np.concatenate([-_UP[::-1], [0.0], _UP])


@pytest.mark.parametrize("shift", [0.0, 3.0])
def test_the_exponential_buckets_of_tensorflow_1_are_off_by_at_most_five_percent(shift):
    numbers = np.random.default_rng(1).normal(shift, 1.0, 5000)
    (found,), good = numbers_of(buckets_of(numbers, TF1_EDGES))
    assert good.all()
    assert found["count"] == 5000
    assert (found["min"], found["max"]) == (numbers.min(), numbers.max())
    assert found["l1"] == pytest.approx(np.abs(numbers).sum(), rel=0.05)
    assert found["l2"] == pytest.approx(np.linalg.norm(numbers), rel=0.05)
    assert found["mean"] == pytest.approx(numbers.mean(), abs=0.05 * np.abs(numbers).mean())
    assert np.sqrt(found["m2"] / 5000) == pytest.approx(numbers.std(), rel=0.05)


def test_mean_and_quantiles_are_off_by_at_most_a_bucket():
    numbers = np.random.default_rng(2).gamma(2.0, 1.0, 20_000)
    edges = np.linspace(numbers.min(), numbers.max(), 31)
    (found,), _ = numbers_of(buckets_of(numbers, edges))
    width = edges[1] - edges[0]
    assert found["mean"] == pytest.approx(numbers.mean(), abs=width / 2)
    named = [found[f"q{round(100 * rank):02d}"] for rank in QUANTILES]
    np.testing.assert_allclose(named, np.quantile(numbers, QUANTILES), atol=width)
    assert named == sorted(named)


def test_many_histograms_are_each_summed_alone():
    rng = np.random.default_rng(3)
    rows = [buckets_of(rng.normal(size=50), np.linspace(-5, 5, n)) for n in (3, 8, 30)]
    together, _ = numbers_of(rows[0], [], rows[1], rows[2])
    for row, found in zip((rows[0], rows[1], rows[2]), together[:1] + together[2:], strict=True):
        (alone,), _ = numbers_of(row)
        np.testing.assert_allclose(list(found.values()), list(alone.values()), rtol=1e-12)


def test_a_histogram_that_counts_nothing_says_nothing_of_its_elements():
    (nothing, zeros), good = numbers_of([], [(0.0, 1.0, 0.0)])
    assert good.all()
    for found in (nothing, zeros):
        assert found.pop("count") == 0
        assert np.isnan(list(found.values())).all()


@pytest.mark.parametrize(
    ("buckets", "zeros"),
    [
        ([(0.5, 1.0, 3.0)], 0.0),
        ([(0.0, 0.0, 7.0)], 7.0),
        ([(-1.0, -0.5, 2.0), (-0.5, 0.0, 0.0), (0.0, 0.0, 4.0)], 4.0),
        ([(-1.0, 1.0, 3.0)], np.nan),
        ([(0.0, 0.0, 3.0), (0.0, 1.0, 1.0)], np.nan),
    ],
)
def test_zeros_are_known_only_where_a_bucket_shows_them(buckets, zeros):
    (found,), _ = numbers_of(buckets)
    np.testing.assert_equal(found["zeros"], zeros)


def test_more_elements_than_can_be_counted_make_no_sense():
    _, good = numbers_of([(0.0, 1.0, 2.0**52)] * 2, [(0.0, 1.0, 2.0**52)])
    assert good.tolist() == [False, True]


@pytest.mark.parametrize(
    "bucket",
    [
        (2.0, 1.0, 1.0),
        (0.0, 1.0, -1.0),
        (0.0, 1.0, np.nan),
        (0.0, 1.0, np.inf),
    ],
)
def test_invalid_buckets_are_reported_and_other_histograms_kept(bucket):
    sound = [(0.0, 1.0, 2.0)]
    (_, found), good = numbers_of([bucket, *sound], sound)
    assert good.tolist() == [False, True]
    (alone,), _ = numbers_of(sound)
    np.testing.assert_equal(found, alone)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("buckets", "nans", "infs"),
    [
        ([(np.nan, np.nan, 4.0), (np.nan, np.nan, 0.0)], 1.0, np.nan),
        ([(np.nan, 0.5, 3.0), (0.5, np.nan, 1.0)], 1.0, np.nan),
        ([(0.0, np.inf, 4.0)], np.nan, 1.0),
        ([(-np.inf, np.nan, 4.0), (np.nan, 1.0, 0.0)], np.nan, 1.0),
    ],
    ids=["TensorFlow 2", "PyTorch", "infinite", "TensorFlow 2, infinite"],
)
def test_an_edge_that_is_not_finite_is_of_an_element_that_is_not(buckets, nans, infs):
    sound = [(0.0, 1.0, 2.0)]
    (found, other), good = numbers_of(buckets, sound)
    assert good.all()
    np.testing.assert_equal((found["nans"], found["infs"], found["count"]), (nans, infs, 4.0))
    assert np.isnan([found[name] for name in ("mean", "m2", "min", "max", "l1", "l2")]).all()
    (alone,), _ = numbers_of(sound)
    np.testing.assert_equal(other, alone)


@pytest.mark.filterwarnings("error")
def test_edges_at_the_end_of_the_doubles_do_not_overflow():
    (found,), _ = numbers_of([(-1.7e308, 1.7e308, 2.0)])
    assert (found["mean"], found["min"], found["max"]) == (0.0, -1.7e308, 1.7e308)
