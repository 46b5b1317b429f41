"""The faults of loops, one line of settings each."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.loops.loop import LoopFault

_ACTOR_CRITIC, _DQN = ("cartpole_actor_critic",), ("frozen_lake_dqn",)
_GAN, _CHARACTERS = ("digits_gan",), ("character_gru",)
_ALL = (
    LoopFault(
        "policy_destroyed_midway",
        _ACTOR_CRITIC,
        ("return_collapsed", "policy_step_too_large", "learning_rate_jump"),
        (FaultType.LEARNING_RATE,),
        lambda settings: settings.having(jump=10_000.0),
    ),
    LoopFault(
        "advantage_of_wrong_sign",
        _ACTOR_CRITIC,
        ("return_below_start", "return_never_improved", "return_collapsed"),
        (FaultType.LOSS,),
        lambda settings: settings.having(advantage=-1.0),
    ),
    LoopFault(
        "rewards_not_scaled",
        _ACTOR_CRITIC,
        ("unscaled_rewards", "critic_diverged"),
        (FaultType.PREPROCESSING,),
        lambda settings: settings.having(reward_scale=1e6),
    ),
    LoopFault(
        "certain_too_early",
        _ACTOR_CRITIC,
        ("entropy_collapsed",),
        (FaultType.REGULARISATION,),
        lambda settings: settings.having(entropy=-1000.0),
    ),
    LoopFault(
        "actor_that_never_learns",
        (*_ACTOR_CRITIC, *_DQN),
        ("return_never_improved",),
        (FaultType.LEARNING_RATE,),
        lambda settings: replace(settings, learning_rate=settings.learning_rate * 1e-5),
    ),
    LoopFault(
        "values_that_feed_themselves",
        _DQN,
        ("critic_diverged", "unscaled_rewards", "loss_diverged"),
        (FaultType.LOSS,),
        lambda settings: settings.having(discount=1.2),
    ),
    LoopFault(
        "generator_too_slow",
        _GAN,
        ("discriminator_won",),
        (FaultType.LEARNING_RATE,),
        lambda settings: settings.having(generator=1e-3),
    ),
    LoopFault(
        "noise_without_spread",
        _GAN,
        ("mode_collapse",),
        (FaultType.PREPROCESSING,),
        lambda settings: settings.having(noise=1e-3),
    ),
    LoopFault(
        "rate_that_jumps",
        _CHARACTERS,
        ("loss_spike", "learning_rate_jump", "collapsed", "learning_lost", "loss_diverged"),
        (FaultType.LEARNING_RATE,),
        lambda settings: settings.having(jump=200.0),
    ),
    LoopFault(
        "no_warm_up",
        _CHARACTERS,
        ("no_warmup", "learning_rate_too_high", "loss_not_decreasing", "loss_diverged"),
        (FaultType.LEARNING_RATE,),
        lambda settings: settings.having(peak=40.0, warm_up=0.0),
    ),
)
FAULTS: dict[str, LoopFault] = {fault.name: fault for fault in _ALL}
