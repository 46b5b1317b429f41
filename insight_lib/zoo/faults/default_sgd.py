"""Plain SGD at its default rate, too slow for gradients so small; its twin's rate fits."""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults.fault import Change, Fault
from insight_lib.zoo.settings import Settings

_DEFAULT_RATE = 0.01


def _inject(settings: Settings) -> Settings:
    return replace(settings, optimizer="sgd", learning_rate=_DEFAULT_RATE)


def _fitting(settings: Settings) -> Settings:
    return replace(settings, optimizer="sgd", learning_rate=10 * _DEFAULT_RATE)


FAULT = Fault(
    name="default_sgd",
    programs=("text_lstm", "digits_autoencoder", "signal_cnn", "topic_labels"),
    expected=("unsuited_sgd", "learning_rate_too_low", "small_updates", "too_few_epochs"),
    fault_types=(FaultType.OPTIMIZER,),
    inject=_inject,
)
TWIN = Change(
    name="sgd_at_a_fitting_rate",
    programs=("signal_cnn", "digits_cnn", "wine_mlp"),
    inject=_fitting,
)
