"""The format of TensorTracer's series: tags, histograms, compact layer statistics; version 1.

Any framework can write it; standard TensorBoard event files carry it. The run directory has one
sub-directory a stream: ``train/`` and ``validation/``. ``step`` is the number of
training steps done before: 0 is before the first update. A training that goes on counts from the
largest number of calls of its optimizers. So it is the optimizer's ``iterations`` where each step
applies it once (and Keras counted none at which the data ran out); one that only accumulates
gradients has its own number, too.

Scalars
    ``epoch_loss`` and ``epoch_<metric>`` (both streams, at the end of an epoch; their step is the
    number of training steps done by then) and, in ``train/`` only, ``loss`` (of the traced batch),
    ``learning_rate`` and ``step_time_s`` (seconds, mean over the steps since the last traced one;
    absent where there are none between). Also in ``train/`` only, at traced steps:

    * ``gradient_norm``: l2 of all gradients that stand under ``gradient`` together;
      ``weight_norm`` and ``update_norm``: l2 of the tensors that have a gradient, and of their
      updates. Not finite where an element is not.
    * ``input/<name>/...`` of the batch's floating and whole-number inputs, by the Keras input's
      name, but for one that an embedding looks up as it is. Features are the last axis (one where
      there is no second); ``mean``, ``std`` (population), ``min``, ``max`` over the finite
      elements; ``nonfinite``, their count; ``features``, their number; ``constant_features``,
      those that do not vary within a batch of two rows or more; a feature's scale is the root of
      its mean square: ``largest_feature_scale``, ``median_feature_scale``, and ``worst_feature``,
      the index of the largest. Of an input above 2^20 elements the first examples that fit into
      these are described, all but ``nonfinite``. What is undefined is absent.
    * ``label/...``: ``mean``, ``min``, ``max`` of the finite labels as they are, ``std``
      (population, of a column of the last axis; of several the root of their mean square),
      ``nonfinite``, the count of the others, ``rows``, the examples, ``numbers``, the labels of
      each of them, over all axes;
      where all are whole numbers, or one-hot, ``classes``, the number of distinct ones in the
      batch, ``largest_share``, the share of the most frequent, and ``share/<k>``, that of each
      whole number k from -63 to 63 that occurs or, of up to 64 columns of 0 and 1, the rate of
      column k, where it is not 0. Where labels are not whole numbers, or further apart than 1,
      what the best constant costs, the mean over the columns, of up to 2^15 labels of at least two
      examples: ``absolute_deviation``, the mean distance from the median, ``relative_deviation``,
      the least mean of distances relative to the label, and ``log_std``, the ``std`` of
      ln(1 + label), where all are above -1. Where examples have weights (``class_weight``,
      ``sample_weight``, a batch of three parts), ``weight_mean``, ``weight_min``, ``weight_max``
      and, where shares are known, ``weighted_share/<k>``, each example counted by its weight. Where
      the model has several outputs with labels, ``label/<output>/...``.

Layer tensors, only in ``train/``
    Tag ``<layer>/<tensor>/<kind>``: a TensorBoard histogram (plugin ``histograms``; a ``(k, 3)``
    DT_DOUBLE tensor of left edge, right edge, count) over the finite elements.

    Tag ``<layer>/<tensor>/<kind>/stats``: the compact statistics (plugin ``deepinsight``; a
    DT_DOUBLE tensor of shape ``(27,)``, in the order of ``STATS_FIELDS``).

    ``<layer>`` is the layer's path in the model and may contain ``/``, so a tag is read from the
    right. ``<tensor>`` is ``kernel``, ``bias``, ``gamma``, ``embeddings``, ... or, for an
    activation, ``output``. ``<kind>`` is one of ``KINDS``. The summaries of step ``s`` belong
    together, and all stand in one event:

    * ``weight``: the tensor before update ``s``;
    * ``gradient``: the gradient of the loss that update ``s`` applied, before clipping and decay
      (a sparse gradient of an embedding is taken dense: rows that were not touched are zero). A
      tensor that the loss does not depend on has a gradient of zeros; a tensor that is excluded
      from training has none;
    * ``update``: the tensor after update ``s`` minus the tensor before it;
    * ``activation``: the layer's output for the batch of update ``s`` (its first floating tensor
      where there are several), first axis the examples, last axis the units.

    A layer without weights has no summaries, except the ``activation`` of one that is nothing but
    an activation function (Activation, ReLU, ...).

The compact statistics
    Every statistic is over the finite elements, except ``count``, ``nans`` and ``infs``:

    ======================  =====================================================================
    count                   all elements; the finite ones are ``count - nans - infs``
    mean, min, max          undefined (NaN) where no element is finite
    m2                      sum of squared deviations from the mean; 0 over no elements. Population
                            variance is ``m2 / finite``; two summaries merge by Chan's formula
    l1, l2                  sum of absolute values; square root of the sum of squares; 0 over none
    zeros, nans, infs       elements that are exactly zero, NaN, infinite
    units                   activation: number of units, the size of the last axis
    dead_units              activation: units that are exactly zero for every example and position
    saturated               activation: finite outputs at a flat end of the layer's own function
                            (``SATURATION_BOUNDS``); 0 where the function has no flat end that
                            these bounds name
    positives               elements above zero
    sign_changes            update: elements of the sign opposite to the one that they had at the
                            traced step before, finite at both
    distance                weight: l2 of the tensor minus what it was at the first traced step
    rows                    weight and gradient of an embedding: rows of the table
    touched_rows            gradient of an embedding: rows with an element that is not zero
    untouched_rows          weight of an embedding: rows that are bit for bit what they were at the
                            first traced step
    constant_units          activation: units that are the same for every example, of two or more
    q01 ... q99             quantiles, interpolated linearly between order statistics (numpy's
                            default); NaN where no element is finite
    ======================  =====================================================================

    What belongs to a kind is NaN for every other, and so is what the writer does not know.

    Of a tensor above 2^12 elements the quantiles and the histogram may be those of a fixed sample
    of 2^12 of them (here the elements ``floor(n * frac(i * 0.618...))`` of the tensor as a row,
    ``i`` from 0 and 0.618... the golden ratio's fraction); the histogram's counts are then scaled
    by ``n / 2^12``. All other statistics are exact. ``distance``, ``untouched_rows`` and
    ``sign_changes`` need a copy of what was: the writer may keep it for some tensors only.

    The summary metadata's ``plugin_data.content`` is UTF-8 JSON: ``{"version": 1, "depth": <place
    of the layer along the forward pass, from 0>, "layer_type": "Dense", "activation": "relu",
    "shape": [64, 10], "trainable": true}``; ``activation`` is null where the layer has none,
    ``shape`` is the tensor's (of an activation: without the examples' axis, an open axis is null)
    and, like ``trainable`` (whether training may move the tensor; of an activation null), null or
    absent where it is not known. As everywhere in event files,
    only the first summary of a tag need carry it.

Snapshots
    Tag ``<layer>/<tensor>/<kind>/snapshot``: the tensor itself, of its own floating type and shape
    (plugin ``deepinsight_snapshot``; the metadata's content as above). The scalar
    ``dropped_snapshots`` counts the tensors that were chosen and could not be written in time.
"""

import json
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

STATS_PLUGIN = "deepinsight"
SNAPSHOT_PLUGIN = "deepinsight_snapshot"
HISTOGRAM_PLUGIN = "histograms"
STATS_VERSION = 1
STATS_FIELDS = (
    "count",
    "mean",
    "m2",
    "min",
    "max",
    "l1",
    "l2",
    "zeros",
    "nans",
    "infs",
    "units",
    "dead_units",
    "saturated",
    "positives",
    "sign_changes",
    "distance",
    "rows",
    "touched_rows",
    "untouched_rows",
    "constant_units",
    "q01",
    "q05",
    "q25",
    "q50",
    "q75",
    "q95",
    "q99",
)
STATS_DTYPE = np.dtype("<f8")
# A larger tensor's quantiles and histogram are those of a sample of that many.
EXACT_ORDER_ELEMENTS = 2**12
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
KINDS = ("weight", "gradient", "update", "activation")
ACTIVATION_TENSOR = "output"
_STATS_SUFFIX = "stats"
_SNAPSHOT_SUFFIX = "snapshot"

# An output y is saturated where y <= low or y >= high: there the function's slope is below 1 % of
# its greatest (sigmoid: y (1 - y) < 0.0025 of at most 0.25; tanh: 1 - y^2 < 0.01 of at most 1).
SATURATION_BOUNDS = {
    "sigmoid": (0.0025, 0.9975),
    "hard_sigmoid": (0.0, 1.0),
    "tanh": (-0.995, 0.995),
}


@dataclass(frozen=True)
class TensorTag:
    """A layer tensor's series; ``is_stats`` tells the compact statistics from the histogram."""

    layer: str
    tensor: str
    kind: str
    is_stats: bool


@dataclass(frozen=True)
class LayerMeta:
    """What the metadata of a summary says of its layer and tensor.

    ``depth`` counts from 0; ``shape`` has None for an open axis; both it and ``trainable`` are None
    where they are not known.
    """

    depth: int
    layer_type: str
    activation: str | None
    shape: tuple[int | None, ...] | None = None
    trainable: bool | None = None


def format_tag(layer: str, tensor: str, kind: str) -> str:
    """Return the tag of a layer tensor's histogram."""
    return f"{layer}/{tensor}/{kind}"


def stats_tag(tag: str) -> str:
    """Return the tag of the compact statistics next to a histogram's."""
    return f"{tag}/{_STATS_SUFFIX}"


def snapshot_tag(tag: str) -> str:
    """Return the tag of the whole tensor next to a histogram's."""
    return f"{tag}/{_SNAPSHOT_SUFFIX}"


def parse_tag(tag: str) -> TensorTag | None:
    """Take a tag apart, from the right; None where it is no layer tensor's tag.

    >>> parse_tag("block/dense_1/kernel/update/stats")
    TensorTag(layer='block/dense_1', tensor='kernel', kind='update', is_stats=True)
    """
    head, _, last = tag.rpartition("/")
    is_stats = last == _STATS_SUFFIX
    parts = (head if is_stats else tag).rsplit("/", 2)
    if len(parts) != 3 or parts[2] not in KINDS or not parts[0] or not parts[1]:
        return None
    return TensorTag(parts[0], parts[1], parts[2], is_stats)


def format_meta(meta: LayerMeta) -> bytes:
    """Return the ``plugin_data.content`` of a compact summary."""
    return json.dumps(
        {
            "version": STATS_VERSION,
            "depth": meta.depth,
            "layer_type": meta.layer_type,
            "activation": meta.activation,
            "shape": meta.shape,
            "trainable": meta.trainable,
        }
    ).encode()


def parse_meta(content: bytes) -> LayerMeta | None:
    """Read ``plugin_data.content``; None where it is not this version's JSON."""
    try:
        fields = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict) or fields.get("version") != STATS_VERSION:
        return None
    depth, layer_type = fields.get("depth"), fields.get("layer_type")
    activation = fields.get("activation")
    if type(depth) is not int or not 0 <= depth < 2**31 or not _is_text(layer_type):
        return None
    if activation is not None and not _is_text(activation):
        return None
    shape, trainable = fields.get("shape"), fields.get("trainable")
    if not _is_shape(shape) or not (trainable is None or isinstance(trainable, bool)):
        return None
    sizes = None if shape is None else tuple(shape)
    return LayerMeta(depth, layer_type, activation, sizes, trainable)


def _is_text(value: object) -> TypeGuard[str]:
    # JSON may escape half a surrogate pair, which no table can hold.
    return isinstance(value, str) and not any("\ud800" <= each <= "\udfff" for each in value)


def _is_shape(value: object) -> bool:
    if not isinstance(value, list):
        return value is None
    return all(size is None or (type(size) is int and 0 <= size < 2**63) for size in value)
