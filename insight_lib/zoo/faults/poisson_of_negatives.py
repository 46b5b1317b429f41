"""A Poisson loss, which is of counts, of quantities that are negative too; its twin has counts."""

from dataclasses import replace

import numpy as np

from insight_lib.fault_types import FaultType
from insight_lib.zoo.dataset import Dataset
from insight_lib.zoo.faults.fault import Change, Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, loss="poisson")


def _of_counts(settings: Settings) -> Settings:
    return replace(_inject(settings), layers={"output": {"activation": "exponential"}})


def _counted(data: Dataset, rng: np.random.Generator) -> Dataset:
    """Draw counts whose logarithm of the mean is what the target was."""
    train, validation = (
        rng.poisson(np.exp(labels)).astype(np.float32)
        for labels in (data.train_y, data.validation_y)
    )
    return replace(data, train_y=train, validation_y=validation)


FAULT = Fault(
    name="poisson_of_negatives",
    programs=("diabetes_regression", "swiss_roll_regression", "friedman_regression"),
    expected=("labels_outside_output",),
    fault_types=(FaultType.LOSS,),
    inject=_inject,
)
TWIN = Change(
    name="poisson_of_counts",
    programs=("swiss_roll_regression", "wave_period"),
    inject=_of_counts,
    spoil=_counted,
)
