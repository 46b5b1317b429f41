"""What is kept of rows, and what follows from it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import log_loss, roc_auc_score

from insight_lib.evaluation.evaluations.tables import evaluation_tables, states_of
from insight_lib.evaluation.grouping import GroupKey
from insight_lib.evaluation.metrics.arrays import scored_rows
from insight_lib.evaluation.metrics.auc import why_undefined
from insight_lib.evaluation.metrics.evaluate import evaluate, evaluate_state
from insight_lib.evaluation.metrics.evaluation_state import EvaluationState
from insight_lib.evaluation.metrics.refinement import splitter
from insight_lib.evaluation.metrics.score_histogram import ScoreHistogram
from insight_lib.evaluation.metrics.score_intervals import Cells

LEAST = 4_096


def _merged(rows, order, cuts):
    merged = EvaluationState.empty()
    for part in np.split(np.array(order, int), cuts):
        merged = merged.merge(EvaluationState.from_rows(rows.take(part)))
    return merged


@pytest.mark.slow
@given(data=st.data())
def test_a_state_depends_on_neither_order_nor_partitioning(data, small_dyadic):
    rows = data.draw(small_dyadic).rows
    count = len(rows.scores)
    order = data.draw(st.permutations(range(count)))
    cuts = sorted(data.draw(st.lists(st.integers(0, count), max_size=3)))
    one, two = _merged(rows, order, cuts), EvaluationState.from_rows(rows)
    assert one.histogram.buckets.tolist() == (two.histogram.buckets.tolist() if count else [])
    for name, column in one.histogram.sums.columns().items():
        if name != "score_sum":
            assert column.tolist() == two.histogram.sums.columns()[name].tolist(), name
    assert one.probability.outside == two.probability.outside
    assert one.probability.loss_sum == pytest.approx(two.probability.loss_sum, rel=1e-12)
    assert one.probability.label_sum == two.probability.label_sum


@given(data=st.data())
def test_metrics_of_merged_parts_are_those_of_all_rows_and_hold_the_exact_auc(data, small):
    rows = data.draw(small).rows
    cut = data.draw(st.integers(0, len(rows.scores)))
    state = _merged(rows, range(len(rows.scores)), [cut])
    merged, coarse = (
        evaluate_state(state, splitter(rows)).metrics,
        evaluate_state(state, None).metrics,
    )
    whole = evaluate(rows).metrics
    assert merged["rows"] == whole["rows"]
    assert merged["undefined_reason"] == whole["undefined_reason"]
    if whole["auc"] is not None:
        exact = roc_auc_score(rows.labels, rows.scores, sample_weight=rows.weights)
        for found in (merged, coarse):
            assert found["auc_lower"] - 1e-12 <= exact <= found["auc_upper"] + 1e-12
        assert merged["auc_upper"] - merged["auc_lower"] <= 1e-4 + 1e-10


@given(
    scores=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=60),
    cut=st.integers(0, 60),
)
def test_bounded_parts_merge_to_the_bounded_whole(scores, cut):
    # The least bound that 12 bits keep is far above 60 rows, so a smaller one stands for it here.
    rows = scored_rows(scores, np.arange(len(scores)) % 2)
    most = 1 + len(np.unique(ScoreHistogram.from_rows(rows, 12).buckets))
    whole = ScoreHistogram.from_rows(rows, 64).bounded(most)
    parts = [
        ScoreHistogram.from_rows(rows.take(part), 64).bounded(most)
        for part in (slice(0, cut), slice(cut, None))
    ]
    merged = parts[0].merge(parts[1]).bounded(most)
    assert len(merged.buckets) <= most
    assert merged.prefix_bits == whole.prefix_bits
    assert merged.buckets.tolist() == whole.buckets.tolist()
    assert merged.sums.positives.tolist() == whole.sums.positives.tolist()


def test_a_state_is_bounded_whatever_the_range_of_its_scores():
    chance = np.random.default_rng(0)
    bits = chance.integers(0, 2**62, 400_000)
    rows = scored_rows(bits.view(np.float64), chance.random(400_000) < 0.5)
    state = EvaluationState.from_rows(rows)
    assert len(state.histogram.buckets) <= 65_536
    assert state.histogram.prefix_bits >= 16
    assert state.rows == 400_000


def test_states_come_back_from_their_tables_as_they_went(sample):
    state = EvaluationState.from_rows(sample.rows)
    found = {GroupKey("r", step, "validation", ""): evaluate_state(state, None) for step in (2, 1)}
    tables = evaluation_tables(found, ())
    back = states_of(tables.score_histograms, tables.probability_sums)
    assert back.keys() == found.keys()
    for one in back.values():
        assert one.probability == state.probability
        assert one.histogram.prefix_bits == state.histogram.prefix_bits
        assert one.histogram.buckets.tolist() == state.histogram.buckets.tolist()
        for name, column in one.histogram.sums.columns().items():
            assert column.tolist() == state.histogram.sums.columns()[name].tolist()


def test_from_the_state_alone_bounds_hold_and_sums_are_exact(clicks):
    sample = clicks(20_000)
    found = evaluate_state(EvaluationState.from_rows(sample.rows), None).metrics
    exact = roc_auc_score(sample.labels, sample.scores)
    assert found["auc_lower"] <= exact <= found["auc_upper"]
    assert found["auc_upper"] - found["auc_lower"] < 2e-4
    assert found["log_loss"] == pytest.approx(log_loss(sample.labels, sample.scores), rel=1e-12)


def test_a_score_outside_0_and_1_in_one_part_undoes_the_sums_of_all():
    inside, outside = scored_rows([0.2, 0.7], [0, 1]), scored_rows([3.0], [1])
    parts = [EvaluationState.from_rows(rows) for rows in (inside, outside)]
    for merged in (parts[0].merge(parts[1]), parts[1].merge(parts[0])):
        assert (merged.probability.outside, merged.probability.loss_sum) == (1, 0.0)
        assert why_undefined(Cells.from_histogram(merged.histogram).sums) is None
