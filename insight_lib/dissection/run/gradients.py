"""The gradient of a run over its traced steps, and the steps at which it threw the weights."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats, Integers
from insight_lib.dissection.findings.finding import RUN_LAYER
from insight_lib.dissection.run.network import movements, stack
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.view import RunView
from insight_lib.series.role import Role


@dataclass(frozen=True)
class Gradients:
    """The gradient over the traced steps.

    Attributes:
        layers: (l,) the layer of each row of ``norms``.
        steps: (s,) traced steps.
        norms: (l, s) L2 norm; infinite where an element is, NaN where it was not traced.
        total: (s,) norm of the whole gradient; NaN where it holds NaN and nothing infinite.
    """

    layers: tuple[str, ...]
    steps: Integers
    norms: Floats
    total: Floats


def gradients_of(view: RunView) -> Gradients | None:
    """Return the traced gradient or, without one, a logged norm; None where neither was written."""
    return traced_gradients(view) or _logged(view)


def traced_gradients(view: RunView) -> Gradients | None:
    """Return the traced gradient; None where none was traced."""
    tensors = view.of_kind("gradient")
    if not tensors:
        return None
    norms = stack(tensors, [np.where(t["inf_fraction"] > 0, np.inf, t["l2"]) for t in tensors])
    # A logged norm is NaN where the tensor holds NaN, and no share is known.
    nans = stack(tensors, [np.isnan(t["l2"]) + np.nan_to_num(t["nan_fraction"]) for t in tensors])
    with np.errstate(over="ignore"):  # too large a norm is infinite, as is what it measures
        total = np.sqrt(np.nansum(norms.values**2, axis=0))
    unknown = np.isfinite(total) & (np.nansum(nans.values, axis=0) > 0)
    layers = tuple(tensor.layer for tensor in tensors)
    return Gradients(layers, norms.steps, norms.values, np.where(unknown, np.nan, total))


def _logged(view: RunView) -> Gradients | None:
    found = view.with_role(Role.GRADIENT_NORM)
    if not found:
        return None
    total = np.abs(found[0].series.values)
    return Gradients((RUN_LAYER,), found[0].series.steps, total[np.newaxis], total)


@once_a_view
def first_thrown(view: RunView) -> int | None:
    """Return the first step whose update was larger than the weight it changed; None of none."""
    moving = movements(view)
    with np.errstate(invalid="ignore"):
        thrown = moving.steps[(moving.values > 1).any(axis=0)]
    return int(thrown[0]) if thrown.size else None


def follows_throw(view: RunView, steps: Integers) -> Booleans:
    """Return for each step (s,) whether such an update came at or before it."""
    first = first_thrown(view)
    return np.asarray(steps >= (np.inf if first is None else first), dtype=np.bool_)
