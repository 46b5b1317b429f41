"""A learning rate that decays to nothing within the first few epochs."""

from dataclasses import replace

import keras

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings


def _schedule(rate: float, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    return keras.optimizers.schedules.ExponentialDecay(rate, max(steps // 30, 1), 0.5)


def _inject(settings: Settings) -> Settings:
    return replace(settings, schedule=_schedule)


FAULT = Fault(
    name="early_schedule",
    programs=("digits_cnn", "friedman_regression", "deep_layer_norm", "fraud_table"),
    expected=("learning_ended_early", "learning_rate_too_low"),
    fault_types=(FaultType.LEARNING_RATE,),
    inject=_inject,
)
