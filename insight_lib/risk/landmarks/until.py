"""A run as it was known when it was at a step, so that its future never enters its features."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from insight_lib.columnar.arrays import Integers
from insight_lib.dissection.run.samples import COUNTS, Samples
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.landmarks.step_axis import own_steps
from insight_lib.series.recognition import Known, RoleSource
from insight_lib.series.series import Key, Series


def until(run: RunView, step: int) -> RunView:
    """Return the run as it was known at a step: points after it, and series not begun, are gone.

    A series that counts in another unit than the run is cut by the clock. What the series are is
    recognised again from what is left, since a table knows it from whole runs. The configuration
    stays: it is recorded before the first step. So do earlier trainings, which are the past.
    """
    ends = {
        key: end
        for key, steps in own_steps(run).items()
        if (end := int(np.searchsorted(steps, step, side="right")))
    }
    layers = {name: _cut_tensor(one, step) for name, one in run.layers.items()}
    samples = {split: _cut_samples(one, step) for split, one in run.samples.items()}
    return replace(
        run,
        scalars={key: _cut_series(run.scalars[key], end) for key, end in ends.items()},
        layers={name: one for name, one in layers.items() if one.steps.size},
        samples={split: one for split, one in samples.items() if one.steps.size},
        wall_times={
            key: run.wall_times[key][:end] for key, end in ends.items() if key in run.wall_times
        },
        superseded=_rewritten(run, ends),
        # A single point does not show that its writer never passed a step.
        stepless={key: at for key, at in run.stepless.items() if ends.get(key, 0) > 1},
        role_source=_of_what_is_seen(run.role_source),
        interleaved={key: files for key, files in run.interleaved.items() if key in ends},
        wrapped={key: last for key, last in run.wrapped.items() if key in ends and last < step},
    )


def _cut_series(series: Series, end: int) -> Series:
    return Series(series.steps[:end], series.values[:end])


def _cut_tensor(series: TensorSeries, step: int) -> TensorSeries:
    end = int(np.searchsorted(series.steps, step, side="right"))
    statistics = {name: values[:end] for name, values in series.statistics.items()}
    return replace(series, steps=series.steps[:end], statistics=statistics)


def _cut_samples(samples: Samples, step: int) -> Samples:
    end = int(np.searchsorted(samples.steps, step, side="right"))
    counts = {name: getattr(samples, name)[:end] for name in COUNTS}
    return Samples(samples.steps[:end], examples=samples.examples[:end], **counts)


def _rewritten(run: RunView, ends: Mapping[Key, int]) -> dict[Key, Integers]:
    """Return the steps that a restart had written again by then."""
    found = {}
    for key, steps in run.superseded.items():
        if key in ends:
            last = run.scalars[key].steps[ends[key] - 1]
            kept = steps[: int(np.searchsorted(steps, last, side="right"))]
            if kept.size:
                found[key] = kept
    return found


def _of_what_is_seen(source: RoleSource) -> RoleSource:
    return source.otherwise if isinstance(source, Known) else source
