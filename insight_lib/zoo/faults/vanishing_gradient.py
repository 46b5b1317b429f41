"""A deep stack of sigmoids: each layer passes on at most a quarter of the gradient."""

from dataclasses import replace

from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings

_DEPTH = 8


def _inject(settings: Settings) -> Settings:
    return replace(
        settings,
        hidden=(settings.hidden[0],) * _DEPTH,
        activation="sigmoid",
        optimizer="sgd",
        learning_rate=0.01,
        dropout=0.0,
        l2=0.0,
    )


def _blamed(settings: Settings) -> tuple[str, ...]:
    """Name the lower half of the stack."""
    return tuple(f"hidden_{number}" for number in range(1, len(settings.hidden) // 2 + 1))


FAULT = Fault(
    name="vanishing_gradient",
    programs=("breast_cancer_mlp", "wine_mlp", "diabetes_regression"),
    expected=("vanishing_gradient",),
    inject=_inject,
    blamed=_blamed,
)
