"""Score histograms out of their table."""

import numpy as np
import pyarrow as pa

from insight_lib.evaluation.evaluations.tables import histograms_of
from insight_lib.evaluation.grouping import GroupKey
from insight_lib.evaluation.metrics.score_histogram import ScoreHistogram
from insight_lib.lake.contract import contract


def _rows(key, state):
    columns = {"prefix_bits": state.prefix_bits, "bucket": state.buckets, **state.sums.columns()}
    count = len(state.buckets)
    same = {name: [getattr(key, name)] * count for name in ("run_id", "step", "split", "slice")}
    columns["prefix_bits"] = np.full(count, state.prefix_bits, np.int32)
    return contract("score_histograms").conform(pa.table(same | columns))


def _assert_same(one, two):
    assert one.prefix_bits == two.prefix_bits
    assert np.array_equal(one.buckets, two.buckets)
    for mine, yours in zip(one.sums.columns().values(), two.sums.columns().values(), strict=True):
        assert np.allclose(mine, yours, rtol=1e-12)


def test_each_state_comes_back_from_rows_in_any_order(clicks):
    keys = [
        GroupKey(run, step, split, part)
        for run in ("logs/b", "logs/a")
        for step in (300, 5)
        for split in ("validation", "test")
        for part in ("", "country=de")
    ]
    states = {
        key: ScoreHistogram.from_rows(clicks(200 + place, place).rows)
        for place, key in enumerate(keys)
    }
    rows = pa.concat_tables([_rows(key, state) for key, state in states.items()])
    order = np.random.default_rng(0).permutation(rows.num_rows)
    found = histograms_of(rows.take(pa.array(order)))
    assert set(found) == set(keys)
    for key in keys:
        _assert_same(found[key], states[key])


def test_no_rows_are_no_states():
    assert histograms_of(contract("score_histograms").empty()) == {}
