"""Missing measurements left in as NaN: one in two hundred examples has one."""

import numpy as np

from insight_lib.fault_types import FaultType
from insight_lib.zoo.dataset import Array, Dataset
from insight_lib.zoo.faults.fault import Fault

_SHARE = 0.005


def _spoil(data: Dataset, rng: np.random.Generator) -> Dataset:
    def missing(x: Array) -> Array:
        holed = x.copy()
        rows = rng.choice(len(x), max(int(len(x) * _SHARE), 1), replace=False)
        holed[rows, rng.integers(0, x.shape[1], len(rows))] = np.nan
        return holed

    return data.with_train_x(missing)


FAULT = Fault(
    name="non_finite_inputs",
    programs=("breast_cancer_mlp", "fraud_table", "friedman_regression", "signal_cnn"),
    expected=("non_finite_inputs", "non_finite_loss", "non_finite_tensors"),
    fault_types=(FaultType.PREPROCESSING,),
    spoil=_spoil,
)
