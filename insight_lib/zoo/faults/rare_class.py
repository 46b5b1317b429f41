"""So few positives are left that saying "never" is all that the model learns."""

from dataclasses import replace

import numpy as np

from insight_lib.fault_types import FaultType
from insight_lib.zoo.dataset import Dataset
from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.settings import Settings

_KEPT = 0.04


def _inject(settings: Settings) -> Settings:
    return replace(settings, learning_rate=settings.learning_rate / 4, l2=0.0)


def _spoil(data: Dataset, rng: np.random.Generator) -> Dataset:
    kept = (data.train_y == 0) | (rng.random(len(data.train_y)) < _KEPT)
    return replace(data, train_y=data.train_y[kept]).with_train_x(lambda x: x[kept])


FAULT = Fault(
    name="rare_class",
    programs=("fraud_table",),
    expected=("class_imbalance", "stuck_at_chance", "constant_output"),
    fault_types=(FaultType.PREPROCESSING,),
    inject=_inject,
    spoil=_spoil,
)
