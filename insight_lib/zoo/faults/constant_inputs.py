"""Inputs that an integer division has turned into zeros."""

import numpy as np

from insight_lib.fault_types import FaultType
from insight_lib.zoo.dataset import Dataset
from insight_lib.zoo.faults.fault import Fault


def _spoil(data: Dataset, _rng: np.random.Generator) -> Dataset:
    return data.with_x(np.zeros_like)


FAULT = Fault(
    name="constant_inputs",
    programs=("friedman_regression", "breast_cancer_mlp", "digits_cnn", "signal_cnn"),
    expected=("constant_inputs",),
    fault_types=(FaultType.PREPROCESSING,),
    spoil=_spoil,
)
