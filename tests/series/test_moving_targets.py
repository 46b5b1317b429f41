"""Which losses follow a moving target, and what kind of run says so."""

import pytest

from insight_lib.series.classify import classify
from insight_lib.series.role import Phase, Role
from tests.series.runs import run_of


def moving(*tags):
    return {tag for (_, tag), about in classify(run_of(*tags)).items() if about.moving}


def role_of(tag, *others):
    return classify(run_of(tag, *others))[".", tag].role


@pytest.mark.parametrize(
    "others",
    [
        ("rollout/ep_rew_mean",),
        ("train/policy_loss",),
        ("train/value_loss", "train/policy_gradient_loss", "train/entropy_loss"),
        ("rollout/exploration_rate", "rollout/ep_len_mean"),
        ("Score",),
        ("eval/loss", "train/reward", "train/clip_ratio/region_mean"),
        ("success_rate",),
        ("test/reward", "train/length"),
    ],
)
def test_the_loss_of_an_agent_follows_a_moving_target(others):
    assert "train/loss" in moving("train/loss", *others)


@pytest.mark.parametrize(
    ("loss", "others"),
    [
        ("epoch_loss", ("epoch_accuracy", "step_time_s")),
        ("loss", ("accuracy", "policy_id")),
        ("train/loss", ("train/accuracy", "reward/mean")),
        ("reward_model/loss", ("reward_model/accuracy", "policy/loss", "critic/loss")),
        ("reward_model/loss", ("losses/policy_loss", "losses/value_loss")),
        ("train_loss", ("val_loss", "reward")),
        ("train_loss", ("val_loss", "Score")),
        ("depth/d_loss", ("rgb_loss", "loss")),
        ("train_generator/loss", ("val_generator/loss", "train_generator/accuracy")),
        ("loss", ("val_loss", "generator_queue_size", "critic_lr")),
        ("classifier/loss", ("losses/policy_loss", "losses/value_loss", "episode_reward")),
        ("cross_entropy", ("mean_reward", "policy_loss")),
        ("Losses/Pretraining Loss", ("Losses/Policy Loss", "Losses/Value Loss")),
        ("train/loss", ("eval/loss", "train/rewards/chosen", "train/rewards/accuracies")),
    ],
)
def test_a_loss_on_fixed_data_does_not_whatever_else_its_run_is_called(loss, others):
    assert loss not in moving(loss, *others)


def test_the_losses_of_adversaries_do():
    assert moving("g_loss", "d_loss") == {"g_loss", "d_loss"}
    found = moving("generator_loss", "critic_loss", "discriminator_fake_loss")
    assert found == {"generator_loss", "critic_loss", "discriminator_fake_loss"}


def test_a_part_of_an_agents_loss_does():
    assert "train/aux_loss" in moving("train/aux_loss", "train/policy_loss", "train/value_loss")


def test_a_sum_of_a_policys_and_a_values_loss_does_although_it_is_held_out_too():
    tags = ("train_loss", "train_policy_loss", "train_value_loss", "test_loss")
    assert "train_loss" in moving(*tags)


@pytest.mark.parametrize(
    ("tag", "others", "expected"),
    [
        ("critic_loss", ("generator_loss",), Role.DISCRIMINATOR_LOSS),
        ("critic_loss", ("actor_loss", "episode_reward"), Role.VALUE_LOSS),
        ("generator_loss", ("accuracy",), Role.TOTAL_LOSS),
        ("generator_loss", ("discriminator_loss",), Role.GENERATOR_LOSS),
        ("score", ("loss",), Role.RETURN),
        ("score", ("loss", "val_loss", "accuracy"), Role.SCORE),
        ("score", ("val_accuracy", "episode_length"), Role.RETURN),
        ("success_rate", ("train_loss", "val_loss"), Role.SCORE),
        ("success_rate", ("critic_loss", "actor_loss"), Role.RETURN),
        ("entropy", ("loss", "accuracy"), Role.OTHER),
        ("v_loss", ("loss", "x_loss"), Role.PARTIAL_LOSS),
        ("v_loss", ("pi_loss", "reward"), Role.VALUE_LOSS),
        ("q_loss", ("recon_loss", "val/recon_loss"), Role.PARTIAL_LOSS),
        ("d_loss", ("rgb_loss", "loss"), Role.PARTIAL_LOSS),
        ("d_loss", ("g_loss",), Role.DISCRIMINATOR_LOSS),
        ("g_loss", ("d_loss",), Role.GENERATOR_LOSS),
        ("entropy", ("policy_loss",), Role.POLICY_ENTROPY),
        ("epsilon", ("loss", "accuracy"), Role.OTHER),
        ("epsilon", ("loss", "reward"), Role.EXPLORATION_RATE),
        ("kl", ("recon_loss", "loss"), Role.PARTIAL_LOSS),
        ("kl", ("policy_loss",), Role.KL),
        ("reward_ctrl", ("episode_reward",), Role.OTHER),
        ("reward_ctrl", ("loss",), Role.RETURN),
    ],
)
def test_a_name_of_two_meanings_is_what_the_run_makes_of_it(tag, others, expected):
    assert role_of(tag, *others) is expected


def test_a_folder_called_test_says_no_phase_where_it_is_the_only_stream():
    alone = classify(run_of("loss", stream="test"))
    assert alone["test", "loss"].phase is Phase.TRAIN
    held_out = classify(run_of("loss", stream="validation"))
    assert held_out["validation", "loss"].phase is Phase.VALIDATION
    both = classify(run_of("loss", stream="test") | run_of("loss", stream="train"))
    assert both["test", "loss"].phase is Phase.TEST
