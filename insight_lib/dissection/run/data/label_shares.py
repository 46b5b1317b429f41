"""The shares of classes that each traced batch held: series ``label/share/<k>``."""

import re
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.dissection.run.view import RunView
from insight_lib.series.series import Series

_PREFIX = "label/"


@dataclass(frozen=True)
class BatchShares:
    """The share of each class in each batch.

    Attributes:
        classes: (k,) whole numbers or, of columns of 0 and 1, the columns.
        steps: (s,) traced steps whose labels are whole numbers.
        rows: (s,) examples of each.
        shares: (k, s), 0 where a step tells of none.
    """

    classes: tuple[int, ...]
    steps: Integers
    rows: Floats
    shares: Floats


def batch_shares(view: RunView, name: str = "share") -> BatchShares | None:
    """Return the shares; None where none were traced.

    Args:
        view: the run.
        name: ``share``, or ``weighted_share`` for those of the sum of the examples' weights.
    """
    pattern = re.compile(rf"{_PREFIX}{name}/(-?\d+)")
    traced = {
        int(found[1]): one
        for (_, tag), one in view.scalars.items()
        if (found := pattern.fullmatch(tag))
    }
    classes, rows = finite_labels(view, "classes"), finite_labels(view, "rows")
    if not traced or classes is None or rows is None:
        return None
    # Steps whose labels are not whole numbers have no classes, and no shares.
    steps = np.intersect1d(classes.steps, rows.steps)
    told = np.zeros((len(traced), steps.size))
    for row, one in zip(told, traced.values(), strict=True):
        is_known = np.isin(one.steps, steps) & np.isfinite(one.values)
        row[np.searchsorted(steps, one.steps[is_known])] = one.values[is_known]
    return BatchShares(tuple(traced), steps, rows.values[np.isin(rows.steps, steps)], told)


def finite_labels(view: RunView, name: str) -> Series | None:
    """Return what is finite of ``label/<name>``; None where nothing is, or it was not traced."""
    series = next((s for (_, tag), s in view.scalars.items() if tag == _PREFIX + name), None)
    if series is None or not np.isfinite(series.values).any():
        return None
    known = np.isfinite(series.values)
    return Series(series.steps[known], series.values[known])
