"""Thinned curves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from insight_lib.evaluation.metrics.curves import (
    POINTS,
    precision_recall_curve,
    roc_curve,
    score_curves,
    thin,
    thinning_error,
)


def _roc(sample):
    false, true, _ = metrics.roc_curve(
        sample.labels, sample.scores, sample_weight=sample.weights, drop_intermediate=False
    )
    return np.column_stack([false, true])


def _farthest(vertices, kept):
    """The greatest |dx| + |dy| from a vertex to the nearest kept point."""
    return max(np.abs(kept - vertex).sum(axis=1).min() for vertex in vertices)


@given(
    steps=st.lists(st.floats(0, 1), min_size=1, max_size=300),
    points=st.sampled_from([2, 3, 10, 50]),
)
def test_thinning_keeps_both_ends_and_leaves_nothing_out_of_a_long_stretch(steps, points):
    along = np.cumsum(steps)
    kept = thin(along, points)
    assert len(kept) <= points
    assert (kept[0], kept[-1]) == (0, len(along) - 1)
    assert np.all(np.diff(kept) > 0)
    stretch = np.diff(along[kept])[np.diff(kept) > 1]
    assert np.all(stretch <= (along[-1] - along[0]) / (points // 2) * (1 + 1e-9))


def _at(x, curve_x, curve_y):
    """The straight line between the curve's neighbours of x, which is no vertical line."""
    return np.interp(x, curve_x, curve_y)


@given(
    points=st.lists(
        st.tuples(st.floats(1e-3, 1), st.floats(-1, 1)), min_size=1, max_size=60, unique=True
    ),
    data=st.data(),
)
def test_the_thinning_error_is_the_greatest_vertical_distance(points, data):
    run, y = np.array(points).T
    x = np.cumsum(run)
    inner = data.draw(st.sets(st.integers(0, len(x) - 1)))
    kept = np.array(sorted(inner | {0, len(x) - 1}))
    distance = np.abs(y - _at(x, x[kept], y[kept])).max()
    assert thinning_error(x, y, kept) == pytest.approx(distance, abs=1e-9)


def test_between_the_ends_of_a_vertical_line_there_is_no_error():
    x, y = np.array([0.0, 0.0, 0.0, 1.0]), np.array([0.0, 0.4, 0.7, 1.0])
    assert thinning_error(x, y, np.array([0, 2, 3])) == 0


@pytest.mark.parametrize("largest", [5e-324, 1e-30, 1e30, 1.7e308])
def test_the_error_does_not_depend_on_how_large_scores_are(largest):
    x, y = np.array([-1.0, 0.0, 1.0]) * largest, np.array([0.0, 0.9, 1.0])
    assert thinning_error(x, y, np.array([0, 2])) == pytest.approx(0.4)


def test_every_curve_states_its_thinning_error(clicks):
    sample = clicks(20_000)
    curve = roc_curve(sample.cells(64))
    full = _roc(sample)
    # On a vertical line of the full curve its lower end is as far off as its upper end is near.
    off = np.abs(full[:, 1] - _at(full[:, 0], curve.x, curve.y))
    assert 0 < curve.thinning_error <= 2 / (POINTS // 2)
    inner = ~np.isin(full[:, 0], curve.x)
    assert off[inner].max() <= curve.thinning_error + 1e-12
    coarse = score_curves(sample.cells(64))[1]
    assert 0 < coarse.thinning_error <= 1 / (POINTS // 2)


@pytest.mark.parametrize("name", ["ties", "weighted ties", "all scores equal"])
def test_a_roc_curve_of_few_points_equals_scikit_learn(name, samples):
    curve = roc_curve(samples[name].cells(64))
    assert np.allclose(np.column_stack([curve.x, curve.y]), _roc(samples[name]), atol=1e-12)


@pytest.mark.parametrize("name", ["clicks", "weights", "logits", "separable"])
def test_a_thinned_roc_curve_keeps_exact_points_and_its_stated_error(name, samples):
    curve = roc_curve(samples[name].cells(64))
    kept, vertices = np.column_stack([curve.x, curve.y]), _roc(samples[name])
    assert len(kept) <= POINTS
    assert kept[0].tolist() == [0, 0]
    assert kept[-1] == pytest.approx([1, 1])
    assert _farthest(kept, vertices) < 1e-12
    assert _farthest(vertices, kept) <= 2 / (POINTS // 2)


def test_the_area_under_a_thinned_roc_curve_is_the_auc_within_its_error(clicks):
    sample = clicks(20_000)
    curve = roc_curve(sample.cells(22))
    area = metrics.auc(curve.x, curve.y)
    assert area == pytest.approx(metrics.roc_auc_score(sample.labels, sample.scores), abs=2e-3)


@pytest.mark.parametrize("name", ["clicks", "weights", "weighted ties", "weights with zeros"])
def test_a_precision_recall_curve_keeps_points_of_scikit_learns(name, samples):
    sample = samples[name]
    precision, recall, _ = metrics.precision_recall_curve(
        sample.labels, sample.scores, sample_weight=sample.weights
    )
    curve = precision_recall_curve(sample.cells(64))
    vertices = np.column_stack([recall, precision])
    kept = np.column_stack([curve.x, curve.y])
    way = np.abs(np.diff(vertices, axis=0)).sum()
    assert len(kept) <= POINTS
    assert np.all(np.diff(curve.x) >= 0)
    assert kept[0].tolist() == [0, 1]
    assert kept[-1] == pytest.approx(vertices[0])
    assert _farthest(kept, vertices) < 1e-12
    assert _farthest(vertices, kept) <= way / (POINTS // 2)
    assert curve.thinning_error <= way / (POINTS // 2)


def test_score_curves_state_the_share_of_a_class_at_or_below_a_score(sample):
    curves = {curve.name: curve for curve in score_curves(sample.cells(22))}
    assert set(curves) == {"score_positive", "score_negative"}
    weights = np.ones(len(sample.scores)) if sample.weights is None else sample.weights
    for name, label in (("score_positive", 1), ("score_negative", 0)):
        curve, mine = curves[name], sample.labels == label
        order = np.argsort(sample.scores[mine])
        below = np.concatenate([[0], np.cumsum(weights[mine][order])])
        place = np.searchsorted(sample.scores[mine][order], curve.x, side="right")
        assert np.allclose(curve.y, below[place] / below[-1], atol=1e-11)
        assert curve.y[-1] == 1
        assert len(curve.x) <= POINTS
