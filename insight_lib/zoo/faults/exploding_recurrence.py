"""A recurrent layer that multiplies its state at every moment."""

from dataclasses import replace

import keras

from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    unstable = {
        "activation": "linear",
        "recurrent_activation": "linear",
        "recurrent_initializer": keras.initializers.Orthogonal(gain=3.0),
    }
    return replace(settings, optimizer="sgd", learning_rate=0.1, layers={"recurrent": unstable})


FAULT = Fault(
    name="exploding_recurrence",
    programs=("text_lstm",),
    expected=("exploding_gradient", "non_finite_loss", "large_initialisation"),
    inject=_inject,
)
