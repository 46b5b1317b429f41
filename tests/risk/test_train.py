"""Training: what is learnt, what is refused, and that no run's own program or label leaks."""

import math

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from insight_lib.errors import InputError
from insight_lib.risk.score import score
from insight_lib.risk.train import train
from insight_lib.risk.trained import NotTrained, TrainedRisk


@pytest.fixture(scope="module")
def learn(feature_rows, label_rows):
    def build(features, labels, programs):
        return train(feature_rows(features), label_rows(labels), programs)

    return build


@pytest.fixture(scope="module")
def trained(fleet, learn):
    found = learn(*fleet())
    assert isinstance(found, TrainedRisk)
    return found


def test_a_signal_is_found_on_unseen_programs(trained):
    assert trained.metrics["roc_auc"] > 0.85
    assert trained.metrics["brier"] < trained.metrics["base_rate_brier"]
    assert trained.metrics["log_loss"] < trained.metrics["base_rate_log_loss"]


def test_the_metrics_include_the_number_of_training_runs(fleet, learn):
    features, labels, programs = fleet()
    metrics = learn(features, labels | {"zoo/never_seen": "failed"}, programs).metrics
    assert (metrics["runs"], metrics["failed"]) == (48, sum(v == "failed" for v in labels.values()))
    assert (metrics["programs"], metrics["folds"]) == (4, 4)
    assert metrics["labels_without_features"] == 1


def test_the_metrics_are_those_of_the_out_of_fold_scores(trained, fleet, feature_rows):
    features, labels, _ = fleet()
    rows = score(trained, feature_rows(features)).to_pylist()
    failed = [labels[row["run_id"]] == "failed" for row in rows]
    p = [row["probability"] for row in rows]
    assert {row["kind"] for row in rows} == {"out_of_fold"}
    assert trained.metrics["roc_auc"] == pytest.approx(roc_auc_score(failed, p))
    assert trained.metrics["brier"] == pytest.approx(brier_score_loss(failed, p))


def test_the_order_of_rows_changes_nothing(trained, fleet, learn):
    features, labels, programs = fleet()
    turned = learn(dict(reversed(features.items())), dict(reversed(labels.items())), programs)
    assert turned.model_version == trained.model_version
    assert turned.metrics == trained.metrics
    np.testing.assert_array_equal(turned.final.model.coefficients, trained.final.model.coefficients)


def test_the_version_changes_with_a_feature_a_label_or_a_group(trained, fleet, learn):
    features, labels, programs = fleet()
    run = next(iter(features))
    other_feature = features | {run: features[run] | {"noise": 0.123}}
    other_label = labels | {run: "healthy" if labels[run] == "failed" else "failed"}
    other_group = programs | {run: "elsewhere"}
    versions = {
        learn(other_feature, labels, programs).model_version,
        learn(features, other_label, programs).model_version,
        learn(features, labels, other_group).model_version,
        trained.model_version,
    }
    assert len(versions) == 4


def test_runs_without_a_label_do_not_change_the_model(trained, fleet, learn):
    features, labels, programs = fleet()
    more = learn(features | {"zoo/new": {"signal": 100.0}}, labels, programs)
    assert more.model_version == trained.model_version
    assert more.metrics == trained.metrics


def test_a_run_is_scored_by_models_that_know_nothing_of_its_program(trained, fleet, learn):
    features, labels, programs = fleet()
    run = next(iter(features))
    flipped = {
        one: ("failed" if label == "healthy" else "healthy") if programs[one] == "a" else label
        for one, label in labels.items()
    }
    assert programs[run] == "a"
    changed = learn(features, flipped, programs)
    before = trained.folds[trained.fold_of[run]].model
    after = changed.folds[changed.fold_of[run]].model
    np.testing.assert_array_equal(before.coefficients, after.coefficients)
    assert before.intercept == after.intercept
    assert not np.array_equal(trained.final.model.coefficients, changed.final.model.coefficients)


def test_labels_that_mean_nothing_are_not_learnt(fleet, learn):
    features, labels, programs = fleet(runs=40)
    random = np.random.default_rng(11)
    found = []
    for _ in range(12):
        drawn = dict(zip(labels, random.permutation(list(labels.values())), strict=True))
        result = learn(features, {run: str(label) for run, label in drawn.items()}, programs)
        found.append(result.metrics["roc_auc"])
    # Standard error of one AUC with 13 against 27 runs is about 0.1, of the mean of 12 about 0.03;
    # leaving a group out turns its own base rate against it, so the mean lies a little below 0.5.
    assert 0.35 < np.mean(found) < 0.58


def test_unknown_programs_are_grouped_by_experiment(fleet, learn):
    features, labels, programs = fleet()
    moved = {run: f"logs/{programs[run]}/{run[4:]}" for run in features}
    found = learn(
        {moved[run]: known for run, known in features.items()},
        {moved[run]: label for run, label in labels.items()},
        {},
    )
    assert found.metrics["programs"] == 4


def test_features_that_are_unknown_or_not_finite_still_train(fleet, learn):
    features, labels, programs = fleet()
    holes = {
        run: known | {"noise": (math.nan, math.inf, 1.0)[i % 3], "gone": None}
        for i, (run, known) in enumerate(features.items())
    }
    found = learn(holes, labels, programs)
    assert np.isfinite(found.final.model.coefficients).all()
    assert found.metrics["roc_auc"] > 0.8


def test_runs_without_any_feature_train_to_the_base_rate(fleet, learn):
    features, labels, programs = fleet()
    found = learn({run: {} for run in features}, labels, programs)
    assert found.final.model.names == ()
    assert found.metrics["roc_auc"] <= 0.5


def reason_of(result):
    assert isinstance(result, NotTrained)
    return result.reason


def test_nothing_is_trained_without_labels(fleet, learn):
    features, _, programs = fleet()
    assert "0 of 0 labelled runs" in reason_of(learn(features, {}, programs))


@pytest.mark.parametrize(("only", "missing"), [("failed", "healthy"), ("healthy", "failed")])
def test_nothing_is_trained_on_one_class(fleet, learn, only, missing):
    features, labels, programs = fleet()
    reason = reason_of(learn(features, dict.fromkeys(labels, only), programs))
    assert reason.startswith(f"0 of 48 labelled runs with features are {missing}, 3 are needed")


def test_nothing_is_trained_on_one_program(fleet, learn):
    features, labels, programs = fleet()
    reason = reason_of(learn(features, labels, dict.fromkeys(programs, "same")))
    assert "every failed run belongs to program same" in reason


def test_nothing_is_trained_where_only_one_program_fails(fleet, learn):
    features, labels, programs = fleet()
    labels = {run: "failed" if programs[run] == "a" else "healthy" for run in labels}
    assert "every failed run belongs to program a" in reason_of(learn(features, labels, programs))


def test_two_cutoffs_of_one_run_are_refused(fleet, feature_rows, label_rows):
    features, labels, programs = fleet()
    rows = feature_rows(features)
    twice = rows.take([0, *range(rows.num_rows)])
    with pytest.raises(InputError, match="zoo/r000"):
        train(twice, label_rows(labels), programs)
