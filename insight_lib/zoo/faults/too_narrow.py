"""Hidden layers of one unit, which cannot hold what the task needs; of its twin a few units do."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Change, Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return _of_width(settings, 1)


def _enough(settings: Settings) -> Settings:
    return _of_width(settings, 10)


def _of_width(settings: Settings, width: int) -> Settings:
    return replace(settings, hidden=(width,) * len(settings.hidden), dropout=0.0)


def _blamed(settings: Settings) -> tuple[str, ...]:
    return settings.hidden_names


FAULT = Fault(
    name="too_narrow",
    programs=("digits_cnn", "wave_period", "digits_autoencoder"),
    expected=("too_narrow", "dead_units", "underfitting"),
    fault_types=(FaultType.LAYERS,),
    inject=_inject,
    blamed=_blamed,
)
TWIN = Change(
    name="narrow_but_enough",
    programs=("digits_cnn", "wave_period", "signal_cnn"),
    inject=_enough,
)
