"""A comparison that is always true: every label is 1. Of its twin most are, and it learns."""

from dataclasses import replace

import numpy as np

from insight_lib.fault_types import FaultType
from insight_lib.zoo.dataset import Dataset
from insight_lib.zoo.faults.fault import Change, Fault

_KEPT = 0.2


def _spoil(data: Dataset, _rng: np.random.Generator) -> Dataset:
    train, validation = np.ones_like(data.train_y), np.ones_like(data.validation_y)
    return replace(data, train_y=train, validation_y=validation)


def _imbalanced(data: Dataset, rng: np.random.Generator) -> Dataset:
    """Keep a fifth of the training examples of class 0."""
    kept = (data.train_y != 0) | (rng.random(len(data.train_y)) < _KEPT)
    return replace(data, train_y=data.train_y[kept]).with_train_x(lambda x: x[kept])


FAULT = Fault(
    name="constant_labels",
    programs=("breast_cancer_mlp", "wine_mlp", "fraud_table", "digits_cnn"),
    expected=("constant_labels",),
    fault_types=(FaultType.LABELS,),
    spoil=_spoil,
)
TWIN = Change(name="imbalanced_labels", programs=("breast_cancer_mlp",), spoil=_imbalanced)
