"""Traced runs, made by hand: a tensor is its statistics over steps."""

import numpy as np

from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import STATISTICS, RunView
from insight_lib.series.series import Series

ZERO = ("zero_fraction", "nan_fraction", "inf_fraction")


def tensor(kind, layer, depth, *, steps, name=None, layer_type="Dense", count=100, **known):
    """Return a tensor; what is not given of its statistics is not known, shares of zeros are 0."""
    about = {key: known.pop(key) for key in ("activation", "shape", "trainable") if key in known}
    given = {"count": count, **dict.fromkeys(ZERO, 0.0), **known}
    values = {name: _over(steps, given.get(name, np.nan)) for name in STATISTICS}
    return TensorSeries(
        layer,
        name or ("output" if kind == "activation" else "kernel"),
        kind,
        depth,
        layer_type,
        about.get("activation"),
        about.get("shape"),
        about.get("trainable", True),
        np.asarray(steps, dtype=np.int64),
        values,
    )


def _over(steps, value):
    return np.array(np.broadcast_to(np.asarray(value, dtype=np.float64), len(steps)))


def run_of(*tensors, scalars=None, config=None):
    """Return the view of a run with these tensors and scalars, (stream, tag) to (step, value)s."""
    layers = {(one.layer, one.tensor, one.kind): one for one in tensors}
    series = {
        key: Series(np.array([at for at, _ in points]), np.array([float(v) for _, v in points]))
        for key, points in (scalars or {}).items()
    }
    return RunView("run", series, layers, config, {})


def layer(name, depth, *, steps, seed=0, update=1e-3, gradient=1.0, spread=1.0, distance=0.1):
    """Return the four tensors of a dense layer, with a little noise of their own."""
    noise = np.exp(0.05 * np.random.default_rng(seed).normal(size=len(steps)))
    return (
        tensor(
            "weight",
            name,
            depth,
            steps=steps,
            l2=10.0,
            min=-3,
            max=3,
            change_since_start=distance * np.asarray(steps) / max(steps[-1], 1),
        ),
        tensor(
            "gradient",
            name,
            depth,
            steps=steps,
            l2=10 * gradient * noise,
            min=-3 * gradient,
            max=3 * gradient,
        ),
        tensor(
            "update",
            name,
            depth,
            steps=steps,
            l2=update * noise,
            update_ratio=update * noise,
            sign_change_rate=0.2,
        ),
        tensor(
            "activation",
            name,
            depth,
            steps=steps,
            std=spread * noise,
            l2=10 * spread,
            min=-2 * spread,
            max=2 * spread,
            dead_fraction=0.1,
            saturated_fraction=0.0,
            constant_fraction=0.1,
        ),
    )
