"""Views of small runs."""

import numpy as np
import pytest

from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView
from insight_lib.series.series import Series


@pytest.fixture(scope="session")
def run_of():
    """run_of({(stream, tag): [(step, value), ...]}, times={key: [...]}, hparams={...}, ...)."""

    def build(curves, *, times=None, hparams=None, data=None, layers=(), **more):
        scalars = {
            key: Series(np.array([s for s, _ in points]), np.array([float(v) for _, v in points]))
            for key, points in curves.items()
        }
        tensors = {
            (f"layer_{k}", "kernel", "weight"): TensorSeries(
                *(f"layer_{k}", "kernel", "weight", k, "Dense", None, (2, 2), True),
                steps=np.array(steps),
                statistics={"l2": np.ones(len(steps))},
            )
            for k, steps in enumerate(layers)
        }
        config = {"hparams": hparams or {}, "data": data or {}}
        clocks = {key: np.array(clock, dtype=float) for key, clock in (times or {}).items()}
        return RunView("logs/a", scalars, tensors, config, {}, clocks, **more)

    return build
