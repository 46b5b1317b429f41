"""Features of the inputs and labels that a tracer saw, batch by batch."""

from collections.abc import Callable

import numpy as np

from insight_lib.dissection.run.data.inputs import Input, inputs
from insight_lib.dissection.run.data.kinds_of_labels import class_shares
from insight_lib.dissection.run.data.labels import Labels, labels
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.features.feature import Feature, Group, Seen, Unit
from insight_lib.risk.features.measures import log_ratio
from insight_lib.risk.features.quantity import cut

_NONFINITE_LABELS = "label/nonfinite"


@once_a_view
def _inputs(run: RunView) -> tuple[Input, ...]:
    return tuple(inputs(run))


def _worst_input(measure: Callable[[Input], float]) -> Callable[[Seen], float]:
    """Return the computation of the greatest of a measure over the inputs of which it is known."""

    def compute(seen: Seen) -> float:
        found = (measure(one) for one in _inputs(seen.run))
        return max((one for one in found if np.isfinite(one)), default=np.nan)

    return compute


def _scale(one: Input) -> float:
    return log_ratio(float(np.hypot(one.typical("mean"), one.typical("std"))), 1.0)


def _offset(one: Input) -> float:
    return log_ratio(abs(one.typical("mean")), one.typical("std"))


def _imbalance(one: Input) -> float:
    return log_ratio(one.typical("largest_feature_scale"), one.typical("median_feature_scale"))


def _constant(one: Input) -> float:
    count = one.typical("features")
    return min(one.typical("constant_features") / count, 1.0) if count > 0 else np.nan


def _nonfinite(one: Input) -> float:
    known = one["nonfinite"][np.isfinite(one["nonfinite"])]
    return float(np.mean(known > 0)) if known.size else np.nan


def _of_labels(measure: Callable[[Labels], float]) -> Callable[[Seen], float]:
    def compute(seen: Seen) -> float:
        known = labels(seen.run)
        return np.nan if known is None else cut(measure(known))

    return compute


def _label_scale(seen: Labels) -> float:
    """Return log10 of the labels' size: 0 is 1; NaN of classes."""
    return np.nan if seen.classes else log_ratio(max(abs(seen.low), abs(seen.high)), 1.0)


def _label_offset(seen: Labels) -> float:
    """Return log10 of the mean label over the labels' spread; NaN of classes."""
    if seen.classes or seen.variance is None:
        return np.nan
    return log_ratio(abs(seen.mean), float(np.sqrt(seen.variance)))


def _classes(seen: Labels) -> float:
    return log_ratio(float(seen.classes), 1.0) if seen.classes else np.nan


def _batch(seen: Labels) -> float:
    return log_ratio(seen.rows, 1.0) if seen.rows else np.nan


def _is_sorted(seen: Labels) -> float:
    return float(not seen.are_mixed) if seen.shares else np.nan


def _largest_share(seen: Seen) -> float:
    return max(class_shares(seen.run), default=np.nan)


def _nonfinite_labels(seen: Seen) -> float:
    """Return the share of batches with a label that is NaN or infinite."""
    found = [one.values for (_, tag), one in seen.run.scalars.items() if tag == _NONFINITE_LABELS]
    return float(np.mean(np.concatenate(found) > 0)) if found else np.nan


DATA_FEATURES = (
    Feature(
        "input_scale",
        Group.DATA,
        "size of the inputs",
        _worst_input(_scale),
        say="the inputs are of the size {value}",
        unit=Unit.DECADES,
    ),
    Feature(
        "input_offset",
        Group.DATA,
        "mean of the inputs over their spread",
        _worst_input(_offset),
        say="the mean of the inputs is {value} times their spread",
        unit=Unit.DECADES,
    ),
    Feature(
        "input_imbalance",
        Group.DATA,
        "size of the largest feature over that of the middle one",
        _worst_input(_imbalance),
        say="the largest feature is {value} times the middle one",
        unit=Unit.DECADES,
    ),
    Feature(
        "input_constant_share",
        Group.DATA,
        "share of features that do not vary within a batch",
        _worst_input(_constant),
        say="{value} of the features do not vary within a batch",
        unit=Unit.SHARE,
    ),
    Feature(
        "input_nonfinite_share",
        Group.DATA,
        "share of batches with an input that is NaN or infinite",
        _worst_input(_nonfinite),
        1,
        say="{value} of the batches hold an input that is NaN or infinite",
        unit=Unit.SHARE,
    ),
    Feature(
        "label_scale",
        Group.DATA,
        "size of labels that are quantities",
        _of_labels(_label_scale),
        say="the labels are of the size {value}",
        unit=Unit.DECADES,
    ),
    Feature(
        "label_offset",
        Group.DATA,
        "mean of labels that are quantities, over their spread",
        _of_labels(_label_offset),
        say="the mean label is {value} times the labels' spread",
        unit=Unit.DECADES,
    ),
    Feature(
        "label_classes",
        Group.DATA,
        "number of classes",
        _of_labels(_classes),
        say="there are {value} classes",
        unit=Unit.DECADES,
    ),
    Feature(
        "label_largest_share",
        Group.DATA,
        "share of the most frequent class",
        _largest_share,
        say="the most frequent class has {value} of the examples",
        unit=Unit.SHARE,
    ),
    Feature(
        "label_is_sorted",
        Group.DATA,
        "whether batches hold other shares of the classes than chance makes (1) or not (0)",
        _of_labels(_is_sorted),
        1,
        say="the batches [mix the classes as chance does|do not mix the classes as chance would]",
        unit=Unit.FLAG,
    ),
    Feature(
        "label_nonfinite_share",
        Group.DATA,
        "share of batches with a label that is NaN or infinite",
        _nonfinite_labels,
        1,
        say="{value} of the batches hold a label that is NaN or infinite",
        unit=Unit.SHARE,
    ),
    Feature(
        "batch_size",
        Group.DATA,
        "examples of a batch",
        _of_labels(_batch),
        say="a batch has {value} examples",
        unit=Unit.DECADES,
    ),
)
