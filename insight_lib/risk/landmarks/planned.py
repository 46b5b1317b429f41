"""How long a run was planned to be, where its configuration says so.

It decides where the run is looked at and is never a feature: that many epochs were planned says
nothing of what becomes of them.
"""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from insight_lib.columnar.arrays import Integers
from insight_lib.columnar.median import median
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.landmarks.step_axis import own_steps
from insight_lib.series.role import Cadence

# Hyper-parameters, without case, dashes and the groups before their names: of Keras, of Hugging
# Face's Trainer, of Lightning, of Stable-Baselines3, of ML-Agents and of common scripts.
_STEPS = frozenset(
    {"maxsteps", "totaltimesteps", "totalsteps", "trainsteps", "numtrainsteps", "maxtrainsteps"}
    | {"numsteps", "numtrainingsteps", "trainingsteps", "maxiters", "maxiterations", "totalframes"}
)
_EPOCHS = frozenset({"epochs", "numepochs", "nepochs", "maxepochs", "numtrainepochs", "nbepochs"})
_BATCH = frozenset({"batchsize", "trainbatchsize", "perdevicetrainbatchsize"})
# The last batch of an epoch may be written a step late, and an epoch's mean a step after it.
_SLACK = 1.05


def planned_last_step(run: RunView) -> int | None:
    """Return the last step that the run was planned to reach, in its own steps; None if unknown.

    It is the recorded number of steps, or that of epochs times the steps of an epoch: those between
    the epochs seen so far or, in the first one, the rows of the data over the batch size. None also
    where the run is already longer, since then the record is of something else.
    """
    planned = _of_steps(run)
    if planned is None:
        planned = _of_epochs(run)
    if planned is None or run.last_step is None or run.last_step > _SLACK * planned:
        return None
    return planned


def _of_steps(run: RunView) -> int | None:
    return _only(_numbers(run, _STEPS))


def _of_epochs(run: RunView) -> int | None:
    epochs = _only(_numbers(run, _EPOCHS))
    if epochs is None:
        return None
    ends = _ends_of_epochs(run)
    length = _length_of_epoch(run, ends)
    if length is None:
        return None
    first = int(ends[0]) if ends.size else length
    return first + (epochs - 1) * length


def _ends_of_epochs(run: RunView) -> Integers:
    """Return the steps at which the most often written means over epochs lie, (n,) rising."""
    steps = own_steps(run)
    found = [steps[key] for key, one in run.roles.items() if one.cadence is Cadence.EPOCH]
    return np.unique(max(found, key=len)) if found else np.zeros(0, dtype=np.int64)


def _length_of_epoch(run: RunView, ends: Integers) -> int | None:
    if ends.size >= 2:
        return int(median(np.diff(ends)))
    rows, batch = recorded_training.rows(run), _only(_numbers(run, _BATCH))
    return math.ceil(rows / batch) if rows and batch else None


def _only(numbers: Iterator[int]) -> int | None:
    """Return the one number; None of none, and where several are told."""
    found = set(numbers)
    return found.pop() if len(found) == 1 else None


def _numbers(run: RunView, names: frozenset[str]) -> Iterator[int]:
    recorded = recorded_training.configuration(run).get("hparams")
    hparams: Mapping[str, Any] = recorded if isinstance(recorded, dict) else {}
    for name, value in hparams.items():
        last = re.split(r"[./]", name)[-1]
        if re.sub(r"[-_ ]", "", last).lower() in names and (number := _positive(value)):
            yield number


def _positive(value: object) -> int | None:
    """Return a whole number above 0, which may be text; None of -1, which is no limit."""
    try:
        number = float(value) if isinstance(value, int | float | str) else math.nan
    except ValueError:
        return None
    return int(number) if math.isfinite(number) and number >= 1 else None
