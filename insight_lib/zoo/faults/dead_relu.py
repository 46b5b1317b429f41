"""Biases of the last hidden layer that start so low that no ReLU ever opens."""

from dataclasses import replace

from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, last_bias=-20.0)


def _blamed(settings: Settings) -> tuple[str, ...]:
    return (settings.last_hidden,)


FAULT = Fault(
    name="dead_relu",
    programs=(
        "wine_mlp",
        "breast_cancer_mlp",
        "digits_cnn",
        "click_embedding",
        "diabetes_regression",
    ),
    expected=("dead_units",),
    inject=_inject,
    blamed=_blamed,
)
