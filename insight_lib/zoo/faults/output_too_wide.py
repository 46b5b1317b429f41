"""An output with far more units than there are classes."""

from dataclasses import replace

from insight_lib.zoo.faults.fault import Fault, changed_layers
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, layers={"output": {"units": 30}})


FAULT = Fault(
    name="output_too_wide",
    programs=("wine_mlp", "digits_cnn", "signal_cnn"),
    expected=("output_width",),
    inject=_inject,
    blamed=changed_layers,
)
