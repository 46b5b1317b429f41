"""A loss of logits on an output that went through its activation already."""

from dataclasses import replace

from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, from_logits=True)


def _blamed(_settings: Settings) -> tuple[str, ...]:
    return ("output",)


FAULT = Fault(
    name="logits_twice",
    programs=("wine_mlp", "breast_cancer_mlp", "residual_cnn"),
    expected=("output_loss_mismatch",),
    inject=_inject,
    blamed=_blamed,
)
