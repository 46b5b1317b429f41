"""Half of the columns lost in a join and filled with one number."""

import numpy as np

from insight_lib.zoo.dataset import Array, Dataset
from insight_lib.zoo.faults.fault import Fault


def _spoil(data: Dataset, _rng: np.random.Generator) -> Dataset:
    def filled(x: Array) -> Array:
        lost = x.copy()
        lost[:, : x.shape[1] // 2] = 0
        return lost

    return data.with_x(filled)


FAULT = Fault(
    name="constant_inputs",
    programs=("breast_cancer_mlp", "diabetes_regression", "friedman_regression", "iris_mlp"),
    expected=("constant_inputs",),
    spoil=_spoil,
)
