"""A learning rate that jumps a thousandfold midway and destroys what was learnt."""

from dataclasses import replace

import keras

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings

_JUMP = 1000.0


def _schedule(rate: float, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    return keras.optimizers.schedules.PiecewiseConstantDecay([steps // 2], [rate, _JUMP * rate])


def _inject(settings: Settings) -> Settings:
    return replace(settings, schedule=_schedule)


FAULT = Fault(
    name="collapse",
    programs=("digits_cnn", "fraud_table", "signal_cnn", "digits_autoencoder", "text_lstm"),
    expected=(
        "collapsed",
        "learning_rate_jump",
        "learning_rate_too_high",
        "large_updates",
        "exploding_gradient",
    ),
    fault_types=(FaultType.LEARNING_RATE,),
    inject=_inject,
)
