"""Training labels that no longer belong to their examples: only memorizing lowers the loss."""

from dataclasses import replace

from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, shuffle_labels=True, hidden=(128, 64), dropout=0.0, l2=0.0)


FAULT = Fault(
    name="shuffled_labels",
    programs=("digits_cnn", "wine_mlp", "breast_cancer_mlp"),
    expected=("overfitting", "loss_not_decreasing"),
    inject=_inject,
)
