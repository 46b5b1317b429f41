"""Captured tensors and epoch logs as ``Summary`` messages."""

from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from insight_lib.dealer.event_log import add_tensor, new_summary
from insight_lib.tracer.capture import LEARNING_RATE, LOSS, StepCapture, Tensors
from insight_lib.tracer.statistics import summarize, summarize_activation
from insight_lib.tracer.stats_format import (
    HISTOGRAM_PLUGIN,
    STATS_PLUGIN,
    LayerMeta,
    format_meta,
    format_tag,
    parse_tag,
)

STEP_TIME = "step_time_s"
_SCALARS_PLUGIN = "scalars"


def step_summary(
    capture: StepCapture, captured: Tensors, step_time: float | None
) -> tf.compat.v1.Summary:
    """Build the summary of one traced step.

    Args:
        capture: what captured it.
        captured: tensors by tag, as its watched step returns them.
        step_time: mean seconds of an untraced step, where known.
    """
    summary = new_summary()
    for name in (LOSS, LEARNING_RATE):
        if name in captured:
            _add_scalar(summary, name, float(np.mean(np.asarray(captured[name]))))
    if step_time is not None:
        _add_scalar(summary, STEP_TIME, step_time)
    metas = layer_metas(capture)
    for tag, tensor in captured.items():
        _add_layer_tensor(summary, tag, tensor, metas)
    return summary


def epoch_summary(values: Mapping[str, float]) -> tf.compat.v1.Summary:
    """Build the summary of an epoch's metrics, each as ``epoch_<name>``."""
    summary = new_summary()
    for name, value in values.items():
        _add_scalar(summary, f"epoch_{name}", float(value))
    return summary


def layer_metas(capture: StepCapture) -> dict[str, LayerMeta]:
    """Describe the traced layers by name; depth is the place in the order they were called.

    Layers that the step never called come last.
    """
    unseen = len(capture.call_order)
    ordered = sorted(capture.layers, key=lambda each: capture.call_order.get(each.name, unseen))
    return {
        each.name: LayerMeta(depth, type(each.layer).__name__, each.activation)
        for depth, each in enumerate(ordered)
    }


def _add_layer_tensor(
    summary: tf.compat.v1.Summary, tag: str, tensor: tf.Tensor, metas: dict[str, LayerMeta]
) -> None:
    names = parse_tag(tag)
    if names is None:
        return
    meta, values = metas[names.layer], np.asarray(tensor)
    if names.kind == "activation":
        result = summarize_activation(values, meta.activation)
    else:
        result = summarize(values)
    add_tensor(summary, tag, result.histogram, HISTOGRAM_PLUGIN)
    stats_tag = format_tag(names.layer, names.tensor, names.kind, stats=True)
    add_tensor(summary, stats_tag, result.stats, STATS_PLUGIN, format_meta(meta))


def _add_scalar(summary: tf.compat.v1.Summary, tag: str, value: float) -> None:
    """Add a scalar, float32 as TensorFlow's own."""
    with np.errstate(over="ignore"):
        add_tensor(summary, tag, np.asarray(value, "<f4"), _SCALARS_PLUGIN)
