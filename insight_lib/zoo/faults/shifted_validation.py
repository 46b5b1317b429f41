"""Validation examples that were prepared otherwise than the training's: scaled and moved.

Of two classes far apart it may show nowhere: an accuracy of 98 % was seen.
"""

from dataclasses import replace

import numpy as np

from insight_lib.fault_types import FaultType
from insight_lib.zoo.dataset import Array, Dataset, map_inputs
from insight_lib.zoo.faults.fault import Fault


def _spoil(data: Dataset, rng: np.random.Generator) -> Dataset:
    def moved(x: Array) -> Array:
        shift = rng.normal(scale=10.0, size=x.shape[1:])
        changed: Array = (5 * x + shift).astype(x.dtype)
        return changed

    return replace(data, validation_x=map_inputs(data.validation_x, moved))


FAULT = Fault(
    name="shifted_validation",
    programs=("wine_mlp", "diabetes_regression", "digits_cnn"),
    expected=("overfitting", "overtraining"),
    fault_types=(FaultType.VALIDATION,),
    spoil=_spoil,
)
