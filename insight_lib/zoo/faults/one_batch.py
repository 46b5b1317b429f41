"""All examples in one batch: one step an epoch is too few. Its twin takes as few, but longer."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Change, Fault
from insight_lib.zoo.settings import Settings

_MORE_THAN_ALL = 4096


def _inject(settings: Settings) -> Settings:
    return replace(settings, batch_size=_MORE_THAN_ALL)


def _longer_steps(settings: Settings) -> Settings:
    return replace(settings, batch_size=_MORE_THAN_ALL, learning_rate=10 * settings.learning_rate)


FAULT = Fault(
    name="one_batch",
    programs=("digits_cnn", "signal_cnn", "wine_mlp", "diabetes_regression"),
    expected=("too_few_epochs", "learning_rate_too_low", "loss_not_decreasing"),
    fault_types=(FaultType.BATCH_SIZE,),
    inject=_inject,
)
TWIN = Change(
    name="one_batch_at_a_high_rate",
    programs=("wine_mlp", "iris_mlp", "digits_cnn"),
    inject=_longer_steps,
)
