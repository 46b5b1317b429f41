"""One example a batch at a rate that suits batches: each example throws the weights about.

The rate learns well with batches of 32. Its twin has one example a batch, and a rate for that.
"""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Change, Fault
from insight_lib.zoo.settings import Settings

_RATE = 0.01


def _inject(settings: Settings) -> Settings:
    return _of_one(settings, _RATE)


def _slower(settings: Settings) -> Settings:
    return _of_one(settings, _RATE / 20)


def _of_one(settings: Settings, rate: float) -> Settings:
    epochs = settings.epochs // 3
    return replace(settings, batch_size=1, optimizer="momentum", learning_rate=rate, epochs=epochs)


FAULT = Fault(
    name="batches_of_one",
    programs=("friedman_regression", "diabetes_regression"),
    expected=("learning_rate_too_high", "non_finite_loss", "large_updates", "oscillating_loss"),
    fault_types=(FaultType.BATCH_SIZE,),
    inject=_inject,
)
TWIN = Change(
    name="batches_of_one_at_a_low_rate",
    programs=("friedman_regression", "wine_mlp", "diabetes_regression"),
    inject=_slower,
)
