"""Captured tensors and epoch logs as ``Summary`` messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from insight_lib.dealer.event_log import add_tensor, new_summary
from insight_lib.tracer.batches import input_scalars, label_scalars
from insight_lib.tracer.capture import Captured, StepCapture
from insight_lib.tracer.metas import TracedTensor, traced_tensors
from insight_lib.tracer.previous_tensors import PreviousTensors
from insight_lib.tracer.snapshots import Snapshots
from insight_lib.tracer.statistics.norms import step_norms
from insight_lib.tracer.statistics.tensor_statistics import (
    TensorValues,
    activation_facts,
    summarize,
)
from insight_lib.tracer.stats_format import HISTOGRAM_PLUGIN, STATS_PLUGIN, stats_tag

STEP_TIME = "step_time_s"
_SCALARS_PLUGIN = "scalars"


@dataclass(frozen=True)
class StepSummary:
    """The message of a traced step, and the scalars in it by their tags."""

    summary: tf.compat.v1.Summary
    scalars: Mapping[str, float]


class StepSummaries:
    """Builds the summaries of traced steps, and keeps of each what the next compares with."""

    def __init__(self) -> None:
        self._memory = PreviousTensors()
        self._known: dict[str, TracedTensor] = {}
        self._known_of: tuple[StepCapture, int] | None = None

    def build(
        self, capture: StepCapture, captured: Captured, step_time: float | None
    ) -> StepSummary:
        """Build the summary of one traced step.

        Args:
            capture: what captured it.
            captured: the arrays that its watched step handed out.
            step_time: mean seconds of an untraced step, where known.
        """
        self._describe(capture)
        scalars = {name: float(np.mean(value)) for name, value in captured.scalars.items()}
        if step_time is not None:
            scalars[STEP_TIME] = step_time
        tensors = captured.tensors
        known = [TensorValues(values, self._facts(tag, values)) for tag, values in tensors.items()]
        found = dict(zip(tensors, summarize(known), strict=True))
        scalars |= step_norms(found)
        scalars |= input_scalars(captured.inputs, list(captured.lookups.values()))
        scalars |= label_scalars(captured.labels, captured.weights)
        summary = scalar_summary(scalars)
        for tag, result in found.items():
            add_tensor(summary, tag, result.histogram, HISTOGRAM_PLUGIN)
            content = self._known[tag].content
            add_tensor(summary, stats_tag(tag), result.stats, STATS_PLUGIN, content)
        return StepSummary(summary, scalars)

    def chosen(
        self, snapshots: Snapshots, captured: Captured
    ) -> dict[str, tuple[NDArray[Any], bytes]]:
        """Return the tensors of the step last built that a snapshot is taken of, by tag."""
        return {
            tag: (values, self._known[tag].content)
            for tag, values in captured.tensors.items()
            if self._known[tag].layer in snapshots.layers
            and self._known[tag].kind in snapshots.kinds
        }

    def _describe(self, capture: StepCapture) -> None:
        """Describe the tensors again where another step was compiled."""
        if self._known_of != (capture, capture.tracings):
            self._known, self._known_of = traced_tensors(capture), (capture, capture.tracings)

    def _facts(self, tag: str, values: NDArray[Any]) -> dict[str, float]:
        """Give the fields that belong to the tensor's kind."""
        known = self._known[tag]
        if known.kind == "activation":
            return activation_facts(values, known.meta.activation)
        facts: dict[str, float] = {}
        if known.kind == "weight":
            facts["distance"] = self._memory.distance(tag, values)
            if known.is_table:
                facts["rows"] = len(values)
                facts["untouched_rows"] = self._memory.untouched_rows(tag, values)
        elif known.kind == "update":
            facts["sign_changes"] = self._memory.sign_changes(tag, values)
        elif known.is_table:
            facts["rows"] = len(values)
            facts["touched_rows"] = float(np.count_nonzero((values != 0).any(axis=1)))
        return facts


def epoch_summary(values: Mapping[str, object]) -> tf.compat.v1.Summary:
    """Build the summary of an epoch's metrics, each as ``epoch_<name>``.

    What is no number is left out: a custom step may return anything besides its metrics.
    """
    numbers = {name: value for name, value in values.items() if isinstance(value, Real)}
    return scalar_summary({f"epoch_{name}": float(value) for name, value in numbers.items()})


def scalar_summary(values: Mapping[str, float]) -> tf.compat.v1.Summary:
    """Build a summary of scalars by their tags."""
    summary = new_summary()
    for name, value in values.items():
        _add_scalar(summary, name, value)
    return summary


def _add_scalar(summary: tf.compat.v1.Summary, tag: str, value: float) -> None:
    """Add a scalar, float32 as TensorFlow's own."""
    with np.errstate(over="ignore"):
        add_tensor(summary, tag, np.asarray(value, "<f4"), _SCALARS_PLUGIN)
