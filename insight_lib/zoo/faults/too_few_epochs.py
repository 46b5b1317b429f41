"""One epoch where a dozen are needed; its twin takes few epochs, but steps enough."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Change, Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, epochs=1)


def _many_steps(settings: Settings) -> Settings:
    return replace(settings, epochs=3, batch_size=8)


FAULT = Fault(
    name="too_few_epochs",
    programs=("signal_cnn", "iris_mlp", "topic_labels", "diabetes_regression"),
    expected=("too_few_epochs", "loss_not_decreasing", "stuck_at_chance"),
    fault_types=(FaultType.EPOCH,),
    inject=_inject,
)
TWIN = Change(
    name="few_epochs_of_many_steps",
    programs=("digits_cnn", "fraud_table", "wave_period"),
    inject=_many_steps,
)
