"""Training labels that no longer belong to their examples: only memorizing lowers the loss."""

from dataclasses import replace

import numpy as np

from insight_lib.fault_types import FaultType
from insight_lib.zoo.dataset import Dataset
from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, hidden=(128, 64), dropout=0.0, l2=0.0)


def _spoil(data: Dataset, rng: np.random.Generator) -> Dataset:
    return replace(data, train_y=rng.permutation(data.train_y))


FAULT = Fault(
    name="shuffled_labels",
    programs=("digits_cnn", "wine_mlp", "breast_cancer_mlp"),
    expected=("overfitting", "overtraining", "loss_not_decreasing", "stuck_at_chance"),
    fault_types=(FaultType.LABELS,),
    inject=_inject,
    spoil=_spoil,
)
