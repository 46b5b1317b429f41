"""What tags of others say of layers: which layer, which tensor, weight, gradient or activation.

Nobody but TensorTracer writes the metadata of a layer; what there is are habits of naming, and they
stand here as data. A tag is taken only if it names a layer and says the kind, in words
(``gradients``, ``grad``, ``activations``, ``update``) or by the usual name of a weight (``kernel``,
``bias``, ``fc1.weight``, ``W_conv1``); every other tag is left alone. What was seen where:

======================================  ======================================================
``dense/kernel_0``, ``dense/kernel:0``  Keras 2, ``TensorBoard(histogram_freq=1)``; a plain loop
``block/dense/kernel/histogram``        Keras 3, likewise
``dense_1/kernel_0_grad``               Keras 2.1, ``write_grads=True``
``layer1.0.weight``, ``fc1/bias``       PyTorch, ``named_parameters()``
``layer1.0.weight.grad``, ``grad/...``  the same with their gradients; ``gradients/fc1.weight`` and
                                        ``parameters/fc1.weight`` also from W&B's ``watch``
``params/Dense_0/kernel``               JAX with Flax
``conv1/weights_1``                     TensorFlow 1 and slim, whose names are made unique
``conv1/weights/gradient``              slim, ``add_gradients_summaries``
``layer1/weights/summaries/histogram``  TensorFlow 1's tutorial on summaries
``layer1/activations``                  likewise; slim writes ``activations/layer1``
``W_conv1``, ``bias_fc1``, ``W2``       TensorFlow 1's tutorial on MNIST and its descendants
``fc1/W_fc1:0``, ``W`` next to ``b``    likewise; see ``sibling_names``
``grad_2.0_norm/fc1.weight``            PyTorch Lightning, ``grad_norm(norm_type=2)``, a scalar
``conv1/weights/gradient_norm``         slim, a scalar
======================================  ======================================================
"""

import re
from dataclasses import dataclass
from functools import cache

from insight_lib.series.names.tag_words import words

WHOLE_LAYER = "all"
"""The tensor of a scalar that is about all weights of a layer."""


@dataclass(frozen=True)
class TensorName:
    """A layer's tensor, and which of ``stats_format.KINDS`` is told of it."""

    layer: str
    tensor: str
    kind: str


# Names that are a weight's wherever they end a tag.
_WEIGHTS = (
    r"(?:recurrent_|depthwise_|pointwise_)?kernel|weights?|bias(?:es)?|embeddings"
    r"|(?:weight|bias)_[ih]h_l\d+(?:_reverse)?|in_proj_(?:weight|bias)"
)
# Names that are one only where the tag says so, or that of a normalisation does.
_OF_NORMALIZATION = r"gamma|beta|scale|moving_mean|moving_variance|running_mean|running_var"
_SAID = rf"{_WEIGHTS}|{_OF_NORMALIZATION}|embedding|[Ww]|b"
_NUMBER = r"(?:[:_]\d+)?"
_TENSOR = rf"(?P<layer>.+)[/.](?P<tensor>{_SAID}){_NUMBER}"
_SPLIT = r"(?:train(?:ing)?/)?"
_END = rf"(?:/histogram|/summaries/histogram)?{_NUMBER}"
_GRADIENT = r"(?:grads?|gradients?)"
_WEIGHT = r"(?:weights?|params?|parameters?)"

_HISTOGRAMS = (
    ("gradient", rf"{_SPLIT}{_GRADIENT}[/.]{_TENSOR}{_END}"),
    ("gradient", rf"{_SPLIT}{_TENSOR}[/._]{_GRADIENT}{_END}"),
    ("update", rf"{_SPLIT}updates?/{_TENSOR}{_END}"),
    ("update", rf"{_SPLIT}{_TENSOR}/updates?{_END}"),
    ("activation", rf"{_SPLIT}(?P<layer>.+)/output/activation"),
    ("activation", rf"{_SPLIT}(?P<layer>.+)/activations?{_END}"),
    ("activation", rf"{_SPLIT}activations?/(?P<layer>.+?){_END}"),
    ("weight", rf"{_SPLIT}{_WEIGHT}/{_TENSOR}{_END}"),
    ("weight", rf"{_TENSOR}/weight"),
    ("weight", rf"(?P<layer>.+)[/.](?P<tensor>{_WEIGHTS}){_NUMBER}{_END}"),
    (
        "weight",
        r"(?P<layer>(?:.+[/.])?[^/.]*(?:[Nn]orm|bn)[^/.]*)[/.]"
        rf"(?P<tensor>{_OF_NORMALIZATION}){_NUMBER}{_END}",
    ),
    ("weight", r"(?P<tensor>W|b|bias)_(?P<layer>(?:conv|fc)[^/.]*)"),
    ("weight", r"(?P<tensor>W|b|bias)(?P<layer>\d+)"),
)

# Norms whose name says another one than the Euclidean (``grad_inf_norm``) are not among them.
_GRADIENT_NORM = r"(?:grad|gradient)s?_norms?"
_SCALARS = (
    ("gradient", rf"{_SPLIT}grad_2(?:\.0)?_norm[/_]{_TENSOR}"),
    ("gradient", rf"{_SPLIT}{_GRADIENT_NORM}/{_TENSOR}"),
    ("gradient", rf"{_SPLIT}{_TENSOR}[/._]{_GRADIENT_NORM}"),
    ("gradient", rf"{_SPLIT}{_GRADIENT}[/.]{_TENSOR}[/._]norm"),
    ("weight", rf"{_SPLIT}(?:weight|param|parameter)s?_norms?/{_TENSOR}"),
    ("weight", rf"{_SPLIT}{_TENSOR}[/._](?:weight_|param_)?norm"),
    ("update", rf"{_SPLIT}updates?_norms?/{_TENSOR}"),
    ("gradient", rf"{_SPLIT}{_GRADIENT_NORM}/(?P<layer>.+)"),
)

# A path with one of these words is no layer's, whatever stands at its end.
_NO_LAYER = frozenset(
    {"grad", "grads", "gradient", "gradients", "update", "updates", "delta", "diff", "momentum"}
    | {
        "adam",
        "rmsprop",
        "adagrad",
        "velocity",
        "exp",
        "avg",
        "average",
        "ema",
        "optimizer",
        "slot",
    }
    | {"loss", "losses", "reward", "rewards", "action", "actions", "advantage", "advantages"}
    | {"return", "returns", "sample", "samples", "class", "importance", "episode", "hist"}
    | {"total", "global", "overall", "all", "mean", "min", "max", "std", "stddev", "var", "median"}
    | {"norm", "norms", "clip", "clipped", "epoch", "step", "val", "valid", "validation", "test"}
)
# ``attention/weights`` are what attention gives to its inputs.
_OWN_WEIGHTS = frozenset({"attention", "attn", "attentions"})

Patterns = tuple[tuple[str, re.Pattern[str]], ...]


def _compiled(conventions: tuple[tuple[str, str], ...]) -> Patterns:
    return tuple((kind, re.compile(pattern, re.DOTALL | re.ASCII)) for kind, pattern in conventions)


_OF_HISTOGRAMS, _OF_SCALARS = _compiled(_HISTOGRAMS), _compiled(_SCALARS)

HISTOGRAM_TAGS = "(?s)^(?:" + "|".join(re.sub(r"\?P<\w+>", "?:", p) for _, p in _HISTOGRAMS) + ")$"
"""One pattern that every tag fits that `histogram_name` takes; in the syntax of Arrow (RE2)."""
SCALAR_TAGS = "norm"
"""What every tag contains that `scalar_name` takes."""


@cache
def histogram_name(tag: str) -> TensorName | None:
    """Return what a histogram is of; None where its tag does not say.

    >>> histogram_name("layer1.0.weight"), histogram_name("gradients/fc1.bias")
    (TensorName(layer='layer1.0', tensor='weight', kind='weight'), \
TensorName(layer='fc1', tensor='bias', kind='gradient'))
    """
    return _name(tag, _OF_HISTOGRAMS)


@cache
def scalar_name(tag: str) -> TensorName | None:
    """Return what a scalar is the Euclidean norm of; None where its tag does not say.

    >>> scalar_name("grad_2.0_norm/fc1.weight"), scalar_name("grad_2.0_norm_total")
    (TensorName(layer='fc1', tensor='weight', kind='gradient'), None)
    """
    return _name(tag, _OF_SCALARS)


def _name(tag: str, patterns: Patterns) -> TensorName | None:
    for kind, pattern in patterns:
        found = pattern.fullmatch(tag)
        if found is None:
            continue
        named = found.groupdict()
        tensor = named.get("tensor") or ("output" if kind == "activation" else WHOLE_LAYER)
        name = TensorName(named["layer"], tensor, kind)
        return name if is_layer(name) else None
    return None


def is_layer(name: TensorName) -> bool:
    """Return whether a path is that of a layer, by the words in it."""
    path = re.split(r"[/.]", name.layer)
    parts = [words(part) for part in path]
    if not re.search(r"\w", name.layer):
        return False
    if any(part and _NO_LAYER.issuperset(part) for part in parts):
        return False
    last = set(parts[-1])
    is_plain = name.kind == "weight" and name.tensor in ("weight", "weights")
    return not (is_plain and _OWN_WEIGHTS & last) and not _NO_LAYER & last - {"norm"}
