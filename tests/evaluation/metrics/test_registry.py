"""Laws of every metric that is listed: a new one is tested by being listed."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.evaluation.grouping import KEY
from insight_lib.evaluation.metrics.auc import why_undefined
from insight_lib.evaluation.metrics.calibration import calibration_bins
from insight_lib.evaluation.metrics.evaluate import COUNTED, evaluate, evaluate_state
from insight_lib.evaluation.metrics.evaluation_state import EvaluationState
from insight_lib.evaluation.metrics.log_loss import ProbabilitySums
from insight_lib.evaluation.metrics.metric import WIDEST_GAP, Need, Summed
from insight_lib.evaluation.metrics.registry import all_metrics, metric_columns
from insight_lib.evaluation.metrics.score_histogram import ScoreHistogram
from insight_lib.evaluation.metrics.score_intervals import Cells
from insight_lib.evaluation.metrics.score_kind import ScoreKind, kind_of
from insight_lib.lake.contract import contract

ROUNDING = 1e-10

every_metric = pytest.mark.parametrize("metric", all_metrics(), ids=lambda metric: metric.name)
bounded_metric = pytest.mark.parametrize(
    "metric", [each for each in all_metrics() if each.bounds], ids=lambda metric: metric.name
)


def _schema_columns():
    others = {*KEY, *COUNTED, "undefined_reason"}
    return [name for name in contract("evaluations").schema.names if name not in others]


def test_each_metric_column_of_the_schema_is_of_exactly_one_metric_and_no_other_is():
    columns, agreed = sorted(metric_columns()), sorted(_schema_columns())
    assert columns == agreed, "list a metric of each column in METRICS of its module, and no other"


def test_reasons_name_metrics_in_the_order_of_their_columns():
    places = [_schema_columns().index(metric.columns[0]) for metric in all_metrics()]
    assert places == sorted(places), "give each metric a place between those of its neighbours"


@every_metric
def test_a_metric_names_columns_of_its_own_as_bounds_and_refines_where_it_has_any(metric):
    bounds = metric.bounds
    assert (bounds is None) == (metric.refine is None)
    if bounds:
        assert {bounds.value, bounds.lower, bounds.upper} <= {*metric.columns}


@given(data=st.data())
def test_no_metric_depends_on_order_or_partitioning(data, small_dyadic):
    rows = data.draw(small_dyadic).rows
    order = data.draw(st.permutations(range(len(rows.scores))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(order)), max_size=3)))
    merged = EvaluationState.empty()
    for part in np.split(np.array(order, int), cuts):
        merged = merged.merge(EvaluationState.from_rows(rows.take(part)))
    whole = evaluate_state(EvaluationState.from_rows(rows), None).metrics
    found = evaluate_state(merged, None).metrics
    for column in metric_columns():
        if found[column] is None or whole[column] is None:
            assert found[column] is whole[column], column
        else:
            assert found[column] == pytest.approx(whole[column], rel=1e-9, abs=1e-12), column
    assert found["undefined_reason"] == whole["undefined_reason"]


@given(data=st.data(), stated=st.sampled_from([None, ScoreKind.LOGIT, ScoreKind.UNBOUNDED]))
def test_each_metric_is_a_number_or_null_with_a_reason(data, stated, small):
    rows = data.draw(small).rows
    found = evaluate(rows, stated).metrics
    kind = ScoreKind(found["score_kind"])
    state = EvaluationState.from_rows(rows, kind)
    for metric in all_metrics():
        values = [found[column] for column in metric.columns]
        assert all(math.isfinite(value) for value in values if value is not None), metric.name
        if _is_unmet(metric, state, kind):
            assert values == [None] * len(values), metric.name
            assert metric.name in found["undefined_reason"]
            continue
        reasons = metric.compute(_summed(rows, 22, kind)).reasons
        assert bool(reasons) == (None in values), metric.name
        assert all(reason in found["undefined_reason"] for reason in reasons)


@bounded_metric
@pytest.mark.parametrize("prefix_bits", [12, 16, 22])
def test_its_bounds_at_any_width_hold_what_it_is_of_single_scores(metric, prefix_bits, sample):
    exact = _of(metric, sample.rows, 64)[metric.bounds.value]
    found = _of(metric, sample.rows, prefix_bits)
    lower, value, upper = _bounds(metric, found)
    assert lower - ROUNDING <= exact <= upper + ROUNDING
    assert lower - ROUNDING <= value <= upper + ROUNDING


@bounded_metric
def test_its_bounds_are_refined_to_a_ten_thousandth(metric, sample):
    found = evaluate(sample.rows).metrics
    lower, _, upper = _bounds(metric, found)
    assert upper - lower <= WIDEST_GAP + ROUNDING


def _bounds(metric, found):
    bounds = metric.bounds
    return found[bounds.lower], found[bounds.value], found[bounds.upper]


def _of(metric, rows, prefix_bits):
    outside = ((rows.scores < 0) | (rows.scores > 1)).any()
    kind = kind_of(stated=None, outside=bool(outside))
    values = metric.compute(_summed(rows, prefix_bits, kind)).values
    return dict(zip(metric.columns, values, strict=True))


def _summed(rows, prefix_bits, kind):
    cells = Cells.from_histogram(ScoreHistogram.from_rows(rows, prefix_bits))
    sums = ProbabilitySums.from_rows(rows, kind)
    likely = sums.why_undefined(kind) is None
    bins = calibration_bins(cells, kind=kind) if likely else None
    return Summed(cells, sums, bins, kind)


def _is_unmet(metric, state, kind):
    return {
        Need.CLASSES: why_undefined(state.histogram.sums),
        Need.PROBABILITIES: state.probability.why_undefined(kind),
        Need.ROWS: None,
    }[metric.need] is not None
