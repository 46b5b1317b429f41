"""Runs of the zoo really behave as their truth says."""

import json
import os
from dataclasses import asdict

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pyarrow.parquet as pq
import pytest
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from insight_lib.dealer import load
from insight_lib.errors import InputError
from insight_lib.tracer.stats_format import STATS_FIELDS
from insight_lib.zoo import ZooRun, run_zoo, train_run
from insight_lib.zoo.faults import FAULTS
from insight_lib.zoo.planning import plan_runs
from insight_lib.zoo.programs import BASIC_PROGRAMS, PROGRAMS
from insight_lib.zoo.running import TRUTH_FILE

# Program and fault of runs that the zoo of all tests has; the others are trained here.
BASIC_RUNS = {
    "healthy": ("digits_cnn", "healthy"),
    "diverging": ("diabetes_regression", "learning_rate_too_high"),
    "vanishing": ("breast_cancer_mlp", "vanishing_gradient"),
    "dead": ("wine_mlp", "dead_relu"),
    "frozen": ("click_embedding", "frozen_embedding"),
    "overfitting": ("digits_cnn", "overfitting"),
}
RUNS = {
    "zero": ZooRun(0, "friedman_regression", "constant_initialisation", 27),
    "cut": ZooRun(1, "signal_cnn", "disconnected_layer", 28),
    "negative": ZooRun(2, "fraud_table", "minus_one_labels", 29),
    "ended": ZooRun(3, "fraud_table", "early_schedule", 30),
    "destroyed": ZooRun(4, "fraud_table", "collapse", 31),
    "holed": ZooRun(5, "fraud_table", "non_finite_inputs", 32),
    "rare": ZooRun(6, "fraud_table", "rare_class", 33),
    "exploding": ZooRun(7, "breast_cancer_mlp", "exploding_gradient", 34),
}
# The basic programs are trained healthy wherever the whole pipeline is tested.
MORE_PROGRAMS = list(PROGRAMS)[BASIC_PROGRAMS:]


@pytest.fixture(scope="module")
def trained(zoo, tmp_path_factory):
    """The folder of each run by its name above."""
    out = tmp_path_factory.mktemp("more")
    for run in RUNS.values():
        train_run(run, out)
    folders = {name: out / "runs" / run.directory for name, run in RUNS.items()}
    of = {(each["program"], each["fault"]): each["run"] for each in _truth(zoo)["runs"]}
    return folders | {name: zoo / "runs" / of[what] for name, what in BASIC_RUNS.items()}


def _truth(zoo):
    return json.loads((zoo / TRUTH_FILE).read_text())


def _blamed(zoo, folder):
    [layers] = [one["blamed_layers"] for one in _truth(zoo)["runs"] if one["run"] == folder.name]
    return layers


def _events(folder, stream="train"):
    return EventAccumulator(str(folder / stream), size_guidance={"tensors": 0}).Reload()


def _series(events, tag):
    return np.array([tf.make_ndarray(event.tensor_proto) for event in events.Tensors(tag)])


def _by_step(events, tag):
    return {e.step: float(tf.make_ndarray(e.tensor_proto)) for e in events.Tensors(tag)}


def _stat(events, tag, field):
    return _series(events, f"{tag}/stats")[:, STATS_FIELDS.index(field)]


def test_a_healthy_run_learns_and_generalizes(trained):
    train, validation = _events(trained["healthy"]), _events(trained["healthy"], "validation")
    assert _series(train, "epoch_loss")[-1] < 0.3 * _series(train, "epoch_loss")[0]
    losses = _series(validation, "epoch_loss")
    assert losses[-1] < 1.05 * losses.min()
    assert _series(validation, "epoch_accuracy")[-1] > 0.8
    assert _stat(train, "hidden_1/output/activation", "dead_units").max() < 16


def test_a_learning_rate_far_too_high_ends_in_nan(trained):
    assert np.isnan(_series(_events(trained["diverging"]), "epoch_loss")[-1])


def test_the_gradient_of_a_wide_stack_grows_until_it_is_no_number(trained):
    norms = _series(_events(trained["exploding"]), "gradient_norm")
    finite = norms[np.isfinite(norms)]
    assert finite.max() > 100 * finite[0]
    assert np.isnan(norms[-1])


def test_a_deep_sigmoid_stack_has_no_gradient_at_its_bottom(trained):
    events = _events(trained["vanishing"])
    bottom = _stat(events, "hidden_1/kernel/gradient", "l2")
    top = _stat(events, "hidden_8/kernel/gradient", "l2")
    # At single steps, where what is left of the loss pulls both ways, the top has hardly more.
    assert np.median(bottom / top) < 1e-3
    assert (bottom < top).all()


def test_a_dead_layer_gives_zero_for_every_example(zoo, trained):
    events = _events(trained["dead"])
    (layer,) = _blamed(zoo, trained["dead"])
    dead = _stat(events, f"{layer}/output/activation", "dead_units")
    assert (dead == _stat(events, f"{layer}/output/activation", "units")).all()


def test_a_frozen_embedding_never_moves_while_the_others_do(zoo, trained):
    events = _events(trained["frozen"])
    assert _stat(events, "item_embedding/embeddings/update", "l2").max() == 0
    assert _stat(events, "segment_embedding/embeddings/update", "l2").min() > 0
    assert _blamed(zoo, trained["frozen"]) == ["item_embedding"]


def test_an_overfitting_runs_validation_loss_rises_while_its_training_loss_falls(trained):
    train = _series(_events(trained["overfitting"]), "epoch_loss")
    validation = _series(_events(trained["overfitting"], "validation"), "epoch_loss")
    assert train[-1] < 0.01 * train[0]
    assert validation[-1] > 1.15 * validation.min()


@pytest.mark.parametrize("program", MORE_PROGRAMS)
def test_each_program_learns_where_nothing_is_injected(program, tmp_path):
    run = ZooRun(0, program, "healthy", 40)
    assert train_run(run, tmp_path).expected_rules == ()
    folder = tmp_path / "runs" / run.directory
    train, validation = (
        _series(_events(folder, stream), "epoch_loss") for stream in ("train", "validation")
    )
    assert train[-1] < 0.75 * train[0]
    assert validation[-1] < 1.15 * validation.min()


def test_units_that_start_alike_stay_alike(trained):
    events = _events(trained["zero"])
    assert _stat(events, "hidden_2/kernel/weight", "l2")[0] == 0
    assert _stat(events, "hidden_1/bias/update", "l2")[0] == 0


def test_below_a_disconnected_layer_nothing_moves(trained):
    events = _events(trained["cut"])
    for layer in ("conv_1", "conv_2"):
        assert _stat(events, f"{layer}/kernel/update", "l2").max() == 0
    assert _stat(events, "output/kernel/update", "l2").min() > 0


def test_labels_of_minus_one_take_the_loss_below_zero(trained):
    assert _series(_events(trained["negative"]), "epoch_loss")[-1] < -1


def test_a_schedule_that_ends_early_leaves_a_loss_that_no_longer_falls(trained):
    events = _events(trained["ended"])
    rates = _series(events, "learning_rate")
    # A busy machine traces fewer steps: the last one written may lie a little before the end.
    assert rates[-1] < 1e-2 * rates[0]
    losses = _series(events, "epoch_loss")
    assert losses[-1] > 0.99 * losses[-3]


def test_a_rate_that_jumps_destroys_what_was_learnt(trained):
    losses = _series(_events(trained["destroyed"]), "epoch_loss")
    assert losses[3] < 0.8 * losses[0]
    assert losses[-1] > 2 * losses[0]


def test_missing_measurements_end_in_a_loss_that_is_no_number(trained):
    assert np.isnan(_series(_events(trained["holed"]), "epoch_loss")[-1])


def test_few_positives_are_left_of_a_rare_class(trained):
    config = load(trained["rare"])
    assert 0 < config.data.class_balance["1"] < 0.02


def test_clicks_are_rare_and_their_predictions_carry_the_segment(trained):
    folder = trained["frozen"] / "predictions"
    table = pq.read_table(sorted(folder.iterdir())[-1])
    assert 0.01 < np.mean(table["label"].to_numpy()) < 0.04
    assert set(table["segment"].to_pylist()) == {"new", "returning", "loyal", "lapsed"}
    assert load(folder.parent).data.class_balance["1"] < 0.04


def test_of_several_classes_the_first_is_scored(trained):
    folder = trained["healthy"] / "predictions"
    table = pq.read_table(sorted(folder.iterdir())[-1]).to_pydict()
    labels, scores = np.array(table["label"]), np.array(table["score"])
    assert 0.05 < labels.mean() < 0.15
    assert scores[labels == 1].min() > np.median(scores[labels == 0])


def test_a_regression_leaves_no_predictions(trained):
    assert not (trained["diverging"] / "predictions").exists()


def test_nothing_that_a_run_leaves_names_its_fault(trained):
    for name, folder in trained.items():
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert files
        for path in files:
            content = path.read_bytes()
            for fault in (*FAULTS, "healthy"):
                assert fault.encode() not in content, (name, path)


def test_the_same_run_again_gives_the_same_losses(zoo, tmp_path):
    truth = _truth(zoo)
    [place] = [at for at, run in enumerate(truth["runs"]) if run["fault"] == "dead_relu"]
    again = train_run(plan_runs(len(truth["runs"]), truth["seed"])[place], tmp_path)
    assert json.loads(json.dumps(asdict(again))) == truth["runs"][place]
    before, events = (_events(out / "runs" / again.run) for out in (zoo, tmp_path))
    # Which steps are traced depends on what tracing costs; what they hold does not.
    first, second = (_by_step(each, "loss") for each in (before, events))
    common = first.keys() & second.keys()
    assert len(common) >= 10
    # Threads may add up in another order, which moves the last bits and no more.
    assert {step: first[step] for step in common} == pytest.approx(
        {step: second[step] for step in common}, rel=1e-4
    )
    np.testing.assert_allclose(_series(events, "epoch_loss"), _series(before, "epoch_loss"), 1e-4)


def test_a_fault_that_there_is_not_is_refused_and_not_trained_healthy(tmp_path):
    with pytest.raises(KeyError, match="dead_rleu"):
        train_run(ZooRun(0, "wine_mlp", "dead_rleu", 1), tmp_path)


def test_a_zoo_keeps_its_truth_out_of_the_runs_and_reports_progress(tmp_path):
    said = []
    truth = run_zoo(tmp_path, 1, 5, lambda *progress: said.append(progress))
    assert said == [(0, 1, f"training {truth[0].program}"), (1, 1, "trained")]
    document = json.loads((tmp_path / TRUTH_FILE).read_text())
    assert document["seed"] == 5
    assert document["runs"][0]["run"] == "run-0000"
    assert document["runs"][0]["fault"] == truth[0].fault
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["run-0000"]
    with pytest.raises(InputError, match="holds runs already"):
        run_zoo(tmp_path, 1, 5)
