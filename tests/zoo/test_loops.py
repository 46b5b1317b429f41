"""Programs with a custom loop learn, and their faults really spoil them."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from insight_lib.zoo import ZooRun, train_run
from insight_lib.zoo.loops import LOOP_FAULTS
from insight_lib.zoo.loops.environments import CartPole, Episodes, FrozenLake

SEED = 50
RETURN = "rollout/ep_rew_mean"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Train a program with a fault, once, and return a series of it."""
    out, made = tmp_path_factory.mktemp("loops"), {}

    def values(program, fault, tag):
        if (program, fault) not in made:
            run = ZooRun(len(made), program, fault, SEED)
            train_run(run, out)
            folder = str(out / "runs" / run.directory)
            made[program, fault] = EventAccumulator(folder, {"tensors": 0}).Reload()
        events = made[program, fault].Tensors(tag)
        return np.array([float(tf.make_ndarray(event.tensor_proto)) for event in events])

    return values


def ends(values):
    tenth = max(1, values.size // 10)
    return float(np.mean(values[:tenth])), float(np.mean(values[-tenth:]))


def test_the_actor_learns_to_balance_the_pole(course):
    start, end = ends(course("cartpole_actor_critic", "healthy", RETURN))
    assert start < 80
    assert end > 150


def test_the_walker_learns_the_way_over_the_lake(course):
    start, end = ends(course("frozen_lake_dqn", "healthy", RETURN))
    assert start < 0.2
    assert end > 0.8


def test_the_generator_and_the_discriminator_stay_in_balance(course):
    assert course("digits_gan", "healthy", "diversity")[-10:].mean() > 0.6
    assert 0.6 < course("digits_gan", "healthy", "discriminator_accuracy")[-10:].mean() < 0.95


def test_the_next_character_is_foreseen_better_and_better(course):
    start, end = ends(course("character_gru", "healthy", "eval/loss"))
    assert end < 0.85 * start


def test_a_destroyed_policy_loses_what_it_had_learnt(course):
    values = course("cartpole_actor_critic", "policy_destroyed_midway", RETURN)
    assert values[:30].max() > 80
    assert values[-1] < 0.3 * values[:30].max()


def test_a_wrong_sign_makes_the_policy_worse_than_untrained(course):
    values = course("cartpole_actor_critic", "advantage_of_wrong_sign", RETURN)
    assert values[-10:].mean() < 0.7 * values[0]


def test_rewards_of_a_million_make_an_enormous_value_loss(course):
    assert course("cartpole_actor_critic", "rewards_not_scaled", "train/value_loss").min() > 1e10


def test_values_that_feed_themselves_grow_without_bound(course):
    values = course("frozen_lake_dqn", "values_that_feed_themselves", "train/loss")
    assert values[-5:].mean() > 1000 * values[:5].mean()


def test_without_noise_all_images_are_alike(course):
    assert course("digits_gan", "noise_without_spread", "diversity")[-10:].mean() < 0.05


def test_a_slow_generator_is_always_found_out(course):
    accuracy = course("digits_gan", "generator_too_slow", "discriminator_accuracy")
    assert accuracy[-10:].mean() > 0.99


def test_every_fault_of_a_loop_is_of_a_program_that_there_is():
    assert all(fault.programs for fault in LOOP_FAULTS.values())


def test_the_pole_falls_and_starts_again():
    carts, episodes = CartPole(3, np.random.default_rng(0)), Episodes(3)
    for _ in range(30):
        done = carts.step(np.ones(3, dtype=int))
        episodes.add(done.rewards, done.ended)
    # Pushed one way all the time it falls within ten steps or so.
    assert 7 < episodes.means()["rollout/ep_len_mean"] < 12
    assert np.abs(carts.seen()[:, 2]).max() < CartPole._limit_rad


def test_the_shortest_way_over_the_lake_takes_six_steps():
    lake, episodes = FrozenLake(1, np.random.default_rng(0)), Episodes(1)
    for action in (1, 1, 2, 1, 2, 2):
        done = lake.step(np.array([action]))
        episodes.add(done.rewards, done.ended)
    assert done.ended.all()
    assert episodes.means() == {"rollout/ep_rew_mean": 1.0, "rollout/ep_len_mean": 6.0}
