"""How steadily metrics go from step to step."""

import itertools
import math
import statistics

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from insight_lib.evaluation.by_step.volatility import volatility, volatility_table
from insight_lib.evaluation.metrics.certified_auc import certified_roc_auc
from insight_lib.lake.contract import contract

AT_STEP = (0.9, 0.75, 0.65)
AUCS = st.one_of(st.none(), st.floats(0, 1))


def _of(values, stderrs=None, steps=None):
    known = [math.nan if value is None else value for value in values]
    errors = [math.nan] * len(values) if stderrs is None else stderrs
    places = range(len(values)) if steps is None else steps
    return volatility(np.array(places, np.int64), np.array(known, float), np.array(errors, float))


@given(st.lists(AUCS, max_size=20))
def test_it_equals_a_loop_over_the_steps_at_which_it_is_defined(values):
    found = _of(values, steps=[10 * place for place in range(len(values))])
    known = [(10 * place, value) for place, value in enumerate(values) if value is not None]
    assert found.steps == len(known)
    if len(known) < 2:
        assert found.stddev is found.largest_drop is found.drop_step is None
        assert found.undefined_reason is not None
        return
    aucs = [value for _, value in known]
    assert found.mean == pytest.approx(statistics.fmean(aucs))
    assert found.stddev == pytest.approx(statistics.stdev(aucs), abs=1e-12)
    drops = [(before - after) for before, after in itertools.pairwise(aucs)]
    assert found.largest_drop == max(0.0, *drops)
    if max(drops) > 0:
        assert found.drop_step == known[drops.index(max(drops)) + 1][0]
    else:
        assert found.drop_step is found.drop_z is None


def test_z_is_the_move_over_the_root_of_both_squares():
    found = _of([0.80, 0.70, 0.75], [0.03, 0.04, 0.5])
    assert found.drop_z == pytest.approx(-0.1 / 0.05)
    assert found.drop_step == 1


def test_a_move_counts_when_it_exceeds_the_level_that_all_moves_share():
    level = norm.ppf(1 - 0.05 / 4 / 2)
    error = 0.01 / math.sqrt(2)
    for factor, moves in ((0.999, 0), (1.001, 1)):
        values = [0.6, 0.6 + 0.01 * level * factor, *[0.6 + 0.01 * level * factor] * 3]
        assert _of(values, [error] * 5).moves_beyond_error == moves


def test_runs_that_do_not_move_are_called_moving_at_most_as_often_as_stated():
    rng = np.random.default_rng(3)
    labels = np.repeat([0, 1], [200, 100])
    moving = 0
    for _ in range(200):
        # Independent samples, the worst case; the same examples would move less.
        steps = [certified_roc_auc(labels, rng.normal(labels, 1.0)) for _ in range(6)]
        found = _of([step.auc for step in steps], [step.stderr for step in steps])
        moving += found.moves_beyond_error > 0
    assert moving / 200 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 200)


@pytest.mark.parametrize(
    ("values", "stderrs", "reason"),
    [
        ([], [], "undefined at every step"),
        ([None, None], [math.nan] * 2, "undefined at every step"),
        ([None, 0.5], [math.nan, 0.1], "defined at one step only"),
        ([0.5, 0.6], [math.nan, 0.1], "no move has a standard error"),
        ([1.0, 1.0], [0.0, 0.0], "no move has a standard error"),
    ],
)
def test_what_cannot_be_known_is_null_with_its_reason(values, stderrs, reason):
    found = _of(values, stderrs)
    assert found.moves_beyond_error is found.drop_z is None
    assert found.undefined_reason == reason


def _metrics(rows):
    unknown = dict.fromkeys(("auc", "auc_stderr", "average_precision", "gauc"))
    return pa.Table.from_pylist([unknown | {"split": "validation"} | row for row in rows])


def test_every_run_split_and_slice_has_a_row_for_each_metric():
    rows = [
        {"run_id": run, "slice": part, "step": step, "auc": AT_STEP[step], "auc_stderr": 0.01}
        for run in ("logs/b", "logs/a")
        for part in ("", "country=de")
        for step in (2, 0, 1)
    ]
    found = volatility_table(_metrics(rows))
    assert found.schema == contract("volatility").schema
    keys = [(row["run_id"], row["slice"], row["metric"]) for row in found.to_pylist()]
    metrics = ("auc", "average_precision", "gauc")
    expected = [
        (run, part, metric)
        for run in ("logs/a", "logs/b")
        for part in ("", "country=de")
        for metric in metrics
    ]
    assert keys == expected
    auc, precision, _ = found.to_pylist()[:3]
    assert (auc["steps"], auc["drop_step"], auc["moves_beyond_error"]) == (3, 1, 2)
    assert auc["largest_drop"] == pytest.approx(0.15)
    assert precision["undefined_reason"] == "undefined at every step"
