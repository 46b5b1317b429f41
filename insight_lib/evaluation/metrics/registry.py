"""All metrics of table ``evaluations``: what the modules of this package list in ``METRICS``."""

import functools
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module

from insight_lib.columnar.arrays import Booleans
from insight_lib.evaluation import metrics as package
from insight_lib.evaluation.metrics.metric import Metric, Need, Outcome, Summed
from insight_lib.evaluation.metrics.score_intervals import Cells


@dataclass(frozen=True)
class Computed:
    """All metrics of some rows.

    Attributes:
        values: By column; None where undefined.
        reasons: Why some are None.
    """

    values: Mapping[str, float | None]
    reasons: tuple[str, ...]


@functools.cache
def all_metrics() -> tuple[Metric, ...]:
    """Return every metric, in the order in which reasons name them."""
    return tuple(sorted(_listed(), key=lambda metric: (metric.place, metric.name)))


def metric_columns() -> tuple[str, ...]:
    """Return the columns of all metrics."""
    return tuple(column for metric in all_metrics() for column in metric.columns)


def cells_to_refine_for(cells: Cells, unmet: Mapping[Need, str]) -> Booleans:
    """Choose the cells to split for the bounds of every metric whose need is met."""
    chosen = cells.open & False
    for metric in all_metrics():
        if metric.refine is not None and metric.need not in unmet:
            chosen |= metric.refine(cells)
    return chosen


def compute_all(summed: Summed, unmet: Mapping[Need, str]) -> Computed:
    """Compute every metric whose need is met; the others are None.

    Args:
        summed: The rows.
        unmet: What they lack, and why.
    """
    values: dict[str, float | None] = {}
    reasons: dict[Need, list[str]] = {need: _of_all(need, unmet) for need in Need}
    for metric in all_metrics():
        undefined = Outcome((None,) * len(metric.columns))
        outcome = undefined if metric.need in unmet else metric.compute(summed)
        values |= zip(metric.columns, outcome.values, strict=True)
        reasons[metric.need] += outcome.reasons
    return Computed(values, tuple(reason for need in Need for reason in reasons[need]))


def _of_all(need: Need, unmet: Mapping[Need, str]) -> list[str]:
    """Return why no metric of a need is defined, in one sentence that names them."""
    if need not in unmet:
        return []
    names = ", ".join(metric.name for metric in all_metrics() if metric.need is need)
    return [f"{names}: {unmet[need]}"]


def _listed() -> Iterator[Metric]:
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        yield from getattr(import_module(module.name), "METRICS", ())
