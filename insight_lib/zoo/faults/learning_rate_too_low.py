"""A learning rate so low that nothing is learned within the run."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, learning_rate=1e-7)


FAULT = Fault(
    name="learning_rate_too_low",
    programs=(
        "wine_mlp",
        "click_embedding",
        "diabetes_regression",
        "breast_cancer_mlp",
        "digits_cnn",
    ),
    expected=("loss_not_decreasing", "learning_rate_too_low", "small_updates"),
    fault_types=(FaultType.LEARNING_RATE,),
    inject=_inject,
)
