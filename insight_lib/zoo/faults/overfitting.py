"""Few examples, a large model, many epochs, nothing to restrain it."""

from dataclasses import replace

import numpy as np

from insight_lib.fault_types import FaultType
from insight_lib.zoo.dataset import Dataset
from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings

_EXAMPLES = 40


def _inject(settings: Settings) -> Settings:
    return replace(
        settings,
        learning_rate=5e-3,
        hidden=(256, 128),
        epochs=30,
        batch_size=8,
        dropout=0.0,
        l2=0.0,
    )


def _spoil(data: Dataset, _rng: np.random.Generator) -> Dataset:
    few = replace(data, train_y=data.train_y[:_EXAMPLES])
    return few.with_train_x(lambda x: x[:_EXAMPLES])


FAULT = Fault(
    name="overfitting",
    programs=("digits_cnn", "diabetes_regression"),
    expected=("overfitting", "overtraining"),
    fault_types=(FaultType.REGULARISATION, FaultType.EPOCH),
    inject=_inject,
    spoil=_spoil,
)
