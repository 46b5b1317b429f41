"""The metrics that writers stated to TensorBoard's plugin ``hparams``, by run."""

from collections import defaultdict
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.dataset as ds

from insight_lib.events.runs import hparams
from insight_lib.events.runs.hparams_metrics import experiment_metrics
from insight_lib.series.role import Phase
from insight_lib.series.stated import OWN_STREAM, StatedMetric

STATING_COLUMNS = ("run_id", "stream", "payload")
IS_STATING = ds.field("plugin") == hparams.PLUGIN
"""Holds for the artifacts that may state metrics."""

_PHASES = {"": None, "training": Phase.TRAIN, "validation": Phase.VALIDATION}


def stated_by_run(artifacts: pa.Table) -> Mapping[str, tuple[StatedMetric, ...]]:
    """Return what the writers of runs stated; of a metric that is stated twice both.

    Args:
        artifacts: ``STATING_COLUMNS``, and any others; rows of other plugins state nothing.
    """
    found: dict[str, list[StatedMetric]] = defaultdict(list)
    for row in artifacts.to_pylist():
        found[row["run_id"]] += [
            StatedMetric(
                one.tag, _stream(row["stream"], one.group), one.display_name, _PHASES[one.dataset]
            )
            for one in experiment_metrics(row["payload"])
        ]
    return {run_id: tuple(metrics) for run_id, metrics in found.items()}


def _stream(stating: str, group: str) -> str:
    """Return the stream of a metric: its group lies below the directory that states it."""
    return group if stating == OWN_STREAM else f"{stating}/{group}".removesuffix("/")
