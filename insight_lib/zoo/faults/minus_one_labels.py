"""Labels -1 and 1 for an output between 0 and 1."""

from dataclasses import replace

import numpy as np

from insight_lib.fault_types import FaultType
from insight_lib.zoo.dataset import Dataset
from insight_lib.zoo.faults.fault import Fault


def _spoil(data: Dataset, _rng: np.random.Generator) -> Dataset:
    return replace(data, train_y=2 * data.train_y - 1, validation_y=2 * data.validation_y - 1)


FAULT = Fault(
    name="minus_one_labels",
    programs=("breast_cancer_mlp", "fraud_table", "wide_and_deep"),
    expected=("labels_outside_output", "loss_below_range"),
    fault_types=(FaultType.LABELS,),
    spoil=_spoil,
)
