"""Dense layers on a sequence that nothing made one row: each point is judged by itself.

The loss spreads labels and outputs of unlike shape against each other without a complaint. Its twin
has one dense layer on each point, and flattens above it.
"""

from dataclasses import replace

import numpy as np

from insight_lib.fault_types import FaultType
from insight_lib.zoo.dataset import Dataset
from insight_lib.zoo.faults.fault import Change, Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, below_flatten=None)


def _spoil(data: Dataset, rng: np.random.Generator) -> Dataset:
    """Keep the labels (n,), or write them (n, 1), as others do; neither fits the outputs."""
    if rng.random() < 0.5:
        return data
    return replace(data, train_y=data.train_y[:, None], validation_y=data.validation_y[:, None])


def _later(settings: Settings) -> Settings:
    return replace(settings, hidden=(8, *settings.hidden), below_flatten=1)


FAULT = Fault(
    name="missing_flatten",
    programs=("wave_period",),
    expected=("output_width", "predicts_mean"),
    fault_types=(FaultType.LAYERS,),
    inject=_inject,
    spoil=_spoil,
)
TWIN = Change(name="flattened_later", programs=("wave_period",), inject=_later)
