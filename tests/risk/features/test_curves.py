"""Features of curves: what they say of small runs, the same whatever writer, scale and cadence."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_lib.dissection.run.view import RunView
from insight_lib.risk.features.catalogue import FEATURES, features_of
from insight_lib.risk.features.feature import Group, Seen
from insight_lib.risk.features.measures import DECADES
from insight_lib.risk.landmarks import until
from insight_lib.series.series import Series

CURVES = {
    *(Group.TRAIN_LOSS, Group.VALIDATION_LOSS, Group.GAP, Group.METRIC),
    *(Group.RETURN, Group.OPTIMIZER),
}
RANDOM = np.random.default_rng(5)
STEPS = np.arange(1, 401)
TRAIN = 3.0 * STEPS**-0.3 + 0.02 * RANDOM.normal(size=400)
VALIDATION = 3.0 * STEPS**-0.25 + 0.02 * RANDOM.normal(size=400)
ACCURACY = 1 - 0.6 * STEPS**-0.3 + 0.005 * RANDOM.normal(size=400)
HELD_OUT = 1 - 0.6 * STEPS**-0.25 + 0.005 * RANDOM.normal(size=400)
RETURN = 200 * (1 - np.exp(-STEPS / 150)) + 5 * RANDOM.normal(size=400)
NORM = 3 * STEPS**-0.1 * np.exp(0.1 * RANDOM.normal(size=400))

SUPERVISED = {
    "keras": (
        *(("train", "epoch_loss"), ("validation", "epoch_loss")),
        *(("train", "epoch_accuracy"), ("validation", "epoch_accuracy")),
    ),
    "torch": (
        *((".", "Loss/train"), (".", "Loss/val")),
        *((".", "Accuracy/train"), (".", "Accuracy/val")),
    ),
    "trainer": ((".", "train/loss"), (".", "eval/loss"), (".", "train/acc"), (".", "eval/acc")),
    "lightning": ((".", "train_loss"), (".", "val_loss"), (".", "train_acc"), (".", "val_acc")),
}
REINFORCED = {
    "stable_baselines": ("rollout/ep_rew_mean", "train/value_loss", "train/explained_variance"),
    "rllib": (
        "ray/tune/episode_reward_mean",
        "ray/tune/info/learner/default_policy/learner_stats/vf_loss",
        "ray/tune/info/learner/default_policy/learner_stats/vf_explained_var",
    ),
}


def view(curves, steps=STEPS):
    scalars = {key: Series(np.array(steps), np.array(one, float)) for key, one in curves.items()}
    return RunView("logs/a", scalars, {}, None, {})


def known(curves, steps=STEPS):
    found = features_of(Seen(view(curves, steps)))
    groups = {feature.name: feature.group for feature in FEATURES}
    return {name: value for name, value in found.items() if groups[name] in CURVES}


def supervised(names, steps=STEPS, factor=1.0):
    places = np.asarray(steps) - 1
    values = (factor * TRAIN, factor * VALIDATION, ACCURACY, HELD_OUT)
    return {key: one[places] for key, one in zip(names, values, strict=True)}


def reinforced(names):
    values = (RETURN, 1 / STEPS + 0.1, 1 - STEPS**-0.3)
    return {(".", tag): one for tag, one in zip(names, values, strict=True)}


def test_names_are_unique_and_meanings_are_words_for_people():
    assert len({feature.name for feature in FEATURES}) == len(FEATURES)
    assert all(feature.meaning and "_" not in feature.meaning for feature in FEATURES)
    assert {feature.direction for feature in FEATURES} <= {-1, 0, 1}


def test_a_run_that_learns_falls_widens_and_scores():
    found = known(supervised(SUPERVISED["keras"]))
    assert found["loss_change"] < -0.4
    assert found["loss_power"] == pytest.approx(-0.3, abs=0.03)
    assert found["validation_trend"] < -0.8
    assert 0 < found["gap"] < 0.5
    assert found["gap_growth"] > 0
    assert found["score_change"] < -0.4
    assert found["score_best_at"] == 1
    assert "return_change" not in found


@pytest.mark.parametrize("writer", [name for name in SUPERVISED if name != "keras"])
def test_every_writer_of_losses_and_accuracies_gives_the_same_features(writer):
    expected = known(supervised(SUPERVISED["keras"]))
    assert known(supervised(SUPERVISED[writer])) == pytest.approx(expected)


def test_every_writer_of_returns_gives_the_same_features():
    first, second = (known(reinforced(names)) for names in REINFORCED.values())
    assert first == pytest.approx(second)
    assert first["return_change"] < -0.5
    assert first["return_gain_to_noise"] > 0.9
    assert first["explained_variance"] > 0.8


def test_losses_of_parts_without_their_whole_count_together():
    parts = {(".", f"train/{part}_loss"): TRAIN for part in ("box", "cls", "dfl")}
    found = known(parts)
    whole = known({(".", "train/loss"): TRAIN})
    assert found["loss_change"] == pytest.approx(whole["loss_change"])


def test_a_loss_ten_times_as_large_changes_nothing():
    names = SUPERVISED["torch"]
    assert known(supervised(names, factor=10)) == pytest.approx(known(supervised(names)))


def test_the_order_of_series_changes_nothing():
    curves = supervised(SUPERVISED["torch"])
    assert known(dict(reversed(curves.items()))) == known(curves)


# What one point decides moves most when every second one is left out: 0.25 of what a feature can
# span, of a power of ten 0.5.
MOST, MOST_DECADES = 0.25, 0.5
IN_DECADES = {"loss_spike", "loss_noise_growth", "loss_peak", "validation_peak", "loss_late_power"}


def test_half_the_cadence_changes_every_feature_little():
    names = SUPERVISED["torch"]
    before, after = known(supervised(names)), known(supervised(names, STEPS[1::2]), STEPS[1::2])
    assert before.keys() == after.keys()
    moved = {name: abs(after[name] - value) for name, value in before.items()}
    assert {
        name: by
        for name, by in moved.items()
        if by > (MOST_DECADES if name in IN_DECADES else MOST)
    } == {}


def test_a_run_cut_at_a_step_has_the_features_of_one_that_was_written_only_so_far():
    curves = supervised(SUPERVISED["keras"]) | reinforced(REINFORCED["stable_baselines"])
    for step in (1, 2, 5, 40, 100):
        cut = until(view(curves), step)
        written = view({key: one[:step] for key, one in curves.items()}, STEPS[:step])
        assert features_of(Seen(cut)) == features_of(Seen(written))


def test_no_feature_tells_how_long_a_run_is_planned_to_be():
    short = RunView("logs/a", view(supervised(SUPERVISED["keras"])).scalars, {}, None, {})
    plan = {"hparams": {"epochs": 4000, "max_steps": 10**6}}
    long = RunView("logs/a", short.scalars, {}, plan, {})
    assert features_of(Seen(short)).items() <= features_of(Seen(long)).items()


def test_a_loss_at_that_of_guessing_is_there():
    data = {"classes": 10, "class_balance": {str(k): 0.1 for k in range(10)}}
    config = {"loss": {"name": "sparse_categorical_crossentropy"}, "data": data}
    loss = Series(STEPS, np.full(400, math.log(10)))
    score = Series(STEPS, np.full(400, 0.1))
    scalars = {("train", "epoch_loss"): loss, ("validation", "epoch_accuracy"): score}
    found = features_of(Seen(RunView("logs/a", scalars, {}, config, {})))
    assert found["loss_now_to_guess"] == pytest.approx(0)
    assert found["score_skill"] == pytest.approx(0)


def test_a_rare_class_still_has_a_price_of_guessing():
    data = {"classes": 2, "class_balance": {"0": 0.95, "1": 0.05}}
    config = {"loss": {"name": "binary_crossentropy"}, "data": data}
    cost = -(0.95 * math.log(0.95) + 0.05 * math.log(0.05))
    scalars = {("train", "epoch_loss"): Series(STEPS, np.full(400, cost))}
    found = features_of(Seen(RunView("logs/a", scalars, {}, config, {})))
    assert found["loss_now_to_guess"] == pytest.approx(0)


def test_a_discriminator_that_wins_tips_the_balance():
    fall, rise = np.geomspace(0.7, 0.001, 400), np.geomspace(0.7, 7, 400)
    found = known({(".", "discriminator_loss"): fall, (".", "generator_loss"): rise})
    assert found["adversaries_balance"] > 0.9
    assert found["adversaries_balance_change"] > 0.4
    assert found["discriminator_lowest"] == pytest.approx(-2.8, abs=0.1)


def test_a_return_that_collapses_has_lost_its_gain():
    values = np.concatenate([np.linspace(0, 100, 300), np.linspace(100, 0, 100)])
    found = known({(".", "rollout/ep_rew_mean"): values})
    assert found["return_lost"] > 0.6
    assert found["return_best_at"] < 0.9
    assert found["return_late_trend"] > -0.5


def test_gradients_that_grow_as_the_loss_falls_grow_against_it():
    found = known({(".", "train/loss"): TRAIN, (".", "train/grad_norm"): NORM[::-1] * STEPS})
    assert found["gradient_norm_growth"] > 1.5
    assert found["gradient_norm_against_loss"] > 0.5


tags = st.sampled_from(
    [key for names in SUPERVISED.values() for key in names]
    + [(".", tag) for names in REINFORCED.values() for tag in names]
    + [(".", "train/grad_norm"), (".", "learning_rate"), (".", "g_loss"), (".", "d_loss")]
    + [(".", "train/approx_kl"), (".", "train/entropy_loss"), ("train", "weight_norm")]
)
points = st.lists(st.floats(width=64), min_size=1, max_size=12)


@given(st.dictionaries(tags, points, max_size=6))
@settings(max_examples=80, deadline=None)
def test_every_feature_is_finite_and_bounded_whatever_was_written(curves):
    scalars = {
        key: Series(np.arange(len(values)), np.array(values)) for key, values in curves.items()
    }
    found = features_of(Seen(RunView("logs/a", scalars, {}, None, {})))
    assert all(-DECADES <= value <= DECADES for value in found.values())
