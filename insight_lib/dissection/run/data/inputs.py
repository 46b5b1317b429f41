"""The inputs of a run as its tracer saw them, batch by batch: series ``input/<name>/...``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.columnar.median import median
from insight_lib.dissection.run.view import RunView
from insight_lib.series.series import Series

_PREFIX = "input/"


@dataclass(frozen=True)
class Input:
    """One input tensor of the model over the traced steps.

    Attributes:
        name: the input's name.
        steps: (n,) traced steps, n from 1.
        quantities: each of ``mean``, ``std``, ``min``, ``max``, ``nonfinite`` (elements),
            ``features`` (size of the last axis), ``constant_features`` (that do not vary within
            the batch), ``largest_feature_scale``, ``median_feature_scale`` (root mean square of a
            feature) and ``worst_feature`` (the place of the largest) as (n,); NaN where undefined,
            infinite or not written.
    """

    name: str
    steps: Integers
    quantities: Mapping[str, Floats]

    def __getitem__(self, quantity: str) -> Floats:
        known = self.quantities.get(quantity)
        return np.full(self.steps.size, np.nan) if known is None else known

    def typical(self, quantity: str) -> float:
        """Return the median over the steps at which it is finite; NaN of none."""
        finite = self[quantity][np.isfinite(self[quantity])]
        return median(finite) if finite.size else np.nan


def inputs(view: RunView) -> Iterator[Input]:
    """Yield every traced input, by name."""
    found: dict[str, dict[str, Series]] = {}
    for (_, tag), series in view.scalars.items():
        if tag.startswith(_PREFIX):
            name, _, quantity = tag.removeprefix(_PREFIX).rpartition("/")
            found.setdefault(name, {})[quantity] = series
    for name in sorted(found):
        yield _aligned(name, found[name])


def _aligned(name: str, written: Mapping[str, Series]) -> Input:
    steps = np.unique(np.concatenate([series.steps for series in written.values()]))
    quantities = {}
    for quantity, series in written.items():
        quantities[quantity] = np.full(steps.size, np.nan)
        known = np.isfinite(series.values)
        quantities[quantity][np.searchsorted(steps, series.steps[known])] = series.values[known]
    return Input(name, steps, quantities)
