"""What a training gives: networks that know failures apart, the same ones each time."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from insight_lib.risk.models.set_network import fit_set_network, save_set_network
from insight_lib.risk.models.set_network.keras_model import arrays_for, build_ensemble
from insight_lib.risk.models.set_network.storage import MOST_BYTES

ROWS = 250


@pytest.fixture(scope="module")
def fitted(drawn_runs):
    return fit_set_network(*drawn_runs(ROWS, 7), seed=3)


def test_failures_that_were_not_seen_rank_above_healthy_runs(fitted, drawn_runs):
    inputs, labels = drawn_runs(300, 8)
    assert roc_auc_score(labels.failed, fitted.log_odds(inputs)) > 0.9


def test_the_kind_of_a_failure_is_told(fitted, drawn_runs):
    inputs, labels = drawn_runs(300, 8)
    failed = labels.failed == 1
    named = np.array(fitted.kind_names)[fitted.kinds(inputs).argmax(axis=1)]
    assert np.mean(named[failed] == np.array(labels.kind)[failed]) > 0.8


def test_trained_twice_it_has_the_same_bits(fitted, drawn_runs):
    again = fit_set_network(*drawn_runs(ROWS, 7), seed=3)
    for one, other in zip(fitted.members, again.members, strict=True):
        assert {n: a.tobytes() for n, a in one.items()} == {
            n: a.tobytes() for n, a in other.items()
        }


def test_the_members_differ(fitted):
    first, second = fitted.members[:2]
    assert np.abs(first["together/kernel"] - second["together/kernel"]).max() > 0.01


def test_keras_says_the_same_as_numpy(fitted, drawn_runs):
    inputs, _ = drawn_runs(100, 9)
    model = build_ensemble(fitted.sizes, fitted.members)
    said = model.predict(arrays_for(fitted.scaling.apply(inputs)), verbose=0)
    np.testing.assert_allclose(said["log_odds"][:, 0], fitted.log_odds(inputs), atol=1e-5)
    np.testing.assert_allclose(said["kinds"], fitted.kinds(inputs), atol=1e-5)


def test_safe_mode_loads_its_keras_file(fitted, drawn_runs, tmp_path):
    inputs, _ = drawn_runs(20, 9)
    build_ensemble(fitted.sizes, fitted.members).save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras", safe_mode=True)
    said = loaded.predict(arrays_for(fitted.scaling.apply(inputs)), verbose=0)
    np.testing.assert_allclose(said["log_odds"][:, 0], fitted.log_odds(inputs), atol=1e-5)


def test_both_files_are_small_enough_to_ship(fitted, tmp_path):
    build_ensemble(fitted.sizes, fitted.members).save(tmp_path / "network.keras")
    save_set_network(fitted, tmp_path / "network.npz")
    assert (tmp_path / "network.keras").stat().st_size <= MOST_BYTES
    assert (tmp_path / "network.npz").stat().st_size <= MOST_BYTES


def test_rows_without_weight_teach_nothing(fitted, drawn_runs):
    inputs, labels = drawn_runs(ROWS, 7)
    ignored, _ = drawn_runs(ROWS, 10)
    both = replace(
        inputs,
        features=replace(
            inputs.features,
            run_ids=inputs.features.run_ids + ignored.features.run_ids,
            values=np.concatenate([inputs.features.values, ignored.features.values]),
        ),
        **{
            name: np.concatenate([getattr(inputs, name), getattr(ignored, name)])
            for name in ("layers", "depth", "is_layer", "curves")
        },
    )
    wrong = replace(
        labels,
        failed=np.concatenate([labels.failed, 1 - labels.failed]),
        kind=[*labels.kind, *labels.kind],
        weight=np.repeat([1.0, 0.0], ROWS),
        group=[*labels.group, *labels.group],
    )
    again = fit_set_network(both, wrong, seed=3)
    np.testing.assert_array_equal(again.log_odds(inputs), fitted.log_odds(inputs))


def test_one_program_without_kinds_can_be_learnt_from(drawn_runs):
    inputs, labels = drawn_runs(60, 7)
    network = fit_set_network(inputs, replace(labels, kind=[None] * 60, group=["one"] * 60))
    assert np.isfinite(network.log_odds(inputs)).all()
    assert network.kinds(inputs).shape == (60, 0)
