"""The set network in the study: what it is given, and what it has not seen."""

from dataclasses import replace

import numpy as np
import pytest

from insight_lib.errors import InputError
from insight_lib.risk.landmarks import SHARES
from insight_lib.risk.models.set_network import RunInputs
from insight_lib.risk.models.set_network.seen_inputs import CHANNELS
from insight_lib.risk.training.learning_table import write_learning_table
from tests.bench.risk.contenders import OURS
from tests.bench.risk.ranking import auc
from tests.bench.risk.rivals import SET_NETWORK, blended, folds, network_scores, with_share
from tests.bench.risk.set_tokens import read_inputs, write_tokens
from tests.risk.watching.writing import GrowingRun

POINTS, STEPS = 16, 101


def inputs_of(study):
    """Return the inputs of a study whose runs have no layers and no curves."""
    rows = study.failed.size
    return RunInputs(
        study.table.matrix,
        layers=np.full((rows, 16, 4, len(CHANNELS.layer)), np.nan, dtype=np.float32),
        depth=np.full((rows, 16), np.nan, dtype=np.float32),
        is_layer=np.zeros((rows, 16), dtype=np.bool_),
        curves=np.full((rows, POINTS, len(CHANNELS.curve)), np.nan, dtype=np.float32),
        channels=CHANNELS,
    )


@pytest.fixture
def logged(study, tmp_path):
    """Three runs of a study with their logs, and where their learning table and tokens lie.

    The loss of the second rises after half of its steps.
    """
    first = replace(study, table=study.table.rows(np.arange(3 * len(SHARES))))
    for run in sorted(set(first.run.tolist())):
        (tmp_path / "runs" / run).mkdir(parents=True)
        log = GrowingRun(tmp_path / "runs" / run)
        rises = 3.0 if run.endswith("001") else 0.0
        log.write([1.0 / (1 + at) + rises * (at > STEPS // 2) for at in range(STEPS)])
        log.finish()
    write_learning_table(first.table, tmp_path / "zoo.parquet")
    places = tmp_path / "runs", tmp_path / "zoo.parquet", tmp_path / "tokens.npz"
    assert write_tokens(*places) == first.failed.size
    return first, places[2]


def test_tokens_are_those_of_the_row_whatever_the_order(logged):
    study, tokens = logged
    inputs = read_inputs(study, tokens)
    assert np.isfinite(inputs.curves[:, -1, CHANNELS.curve.index("train_loss")]).all()
    turned = np.arange(study.failed.size)[::-1]
    again = read_inputs(replace(study, table=study.table.rows(turned)), tokens)
    np.testing.assert_array_equal(again.curves, inputs.curves[turned])


def test_tokens_know_nothing_of_what_comes_after_their_row(logged):
    study, tokens = logged
    curves = read_inputs(study, tokens).curves
    of_rising, of_falling = (curves[study.run == f"run {number:03d}"] for number in (1, 2))
    np.testing.assert_array_equal(of_rising, of_falling)


def test_rows_without_tokens_are_counted(logged, study):
    _, tokens = logged
    with pytest.raises(InputError, match=f"lacks {study.failed.size - 9} rows"):
        read_inputs(study, tokens)
    with pytest.raises(InputError, match="set_tokens"):
        read_inputs(study, tokens.with_name("none.npz"))


def test_every_row_is_left_out_once_with_all_of_its_family(study):
    rows = np.arange(study.failed.size)
    parts = list(folds(study, rows))
    assert np.sum(parts, axis=0).tolist() == [1] * rows.size
    for is_test in parts:
        left_out, others = (set(study.family[chosen].tolist()) for chosen in (is_test, ~is_test))
        assert left_out
        assert not left_out & others


def test_the_share_of_the_run_is_a_feature(study):
    inputs = with_share(inputs_of(study), study.table.share)
    assert inputs.features.names[-1] == "share"
    np.testing.assert_array_equal(inputs.features.values[:, -1], study.table.share)


def test_the_blend_is_the_mean_of_both():
    scores = {OURS: np.array([1.0, np.nan]), SET_NETWORK.name: np.array([-2.0, 0.0])}
    np.testing.assert_array_equal(blended(scores), [-0.5, np.nan])


@pytest.mark.training
def test_a_network_foretells_failures_of_families_that_it_has_not_seen(study, monkeypatch):
    monkeypatch.setattr("tests.bench.risk.rivals.FOLDS", 2)
    found = network_scores(study, inputs_of(study))
    assert np.isnan(found[study.table.has_failed]).all()
    rows = study.at(0.1)
    assert auc(study.failed[rows], found[rows]) > 0.8
