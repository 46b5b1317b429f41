"""Few examples, a large model, many epochs, nothing to restrain it."""

from dataclasses import replace

from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(
        settings,
        train_rows=40,
        learning_rate=5e-3,
        hidden=(256, 128),
        epochs=30,
        batch_size=8,
        dropout=0.0,
        l2=0.0,
    )


FAULT = Fault(
    name="overfitting",
    programs=("digits_cnn", "diabetes_regression"),
    expected=("overfitting",),
    inject=_inject,
)
