"""The last activation does not give what the loss takes.

**Looks for**, in the recorded configuration, or what the model of Keras's TensorBoard callback
tells,

* a softmax over one unit, which is 1 whatever the input, or one unit under a loss that compares
  classes with each other;
* a cross entropy of probabilities after an activation that does not give any (none at all, ReLU,
  tanh, ...), that is ``from_logits`` never said;
* probabilities under ``from_logits=True``, that is logits taken twice;
* a softmax, or a loss that compares classes, where examples have several labels or none;
* a softmax or sigmoid of what is a softmax or sigmoid already;
* a loss that trains, but is not made for this output: sigmoids under a categorical cross entropy, a
  softmax under a binary cross entropy, either under a squared error of classes, one ReLU under a
  squared error of two.

**Why it matters** With one softmax unit, or a loss over one class, nothing can be learnt: an error.
A loss of probabilities is clipped outside of 0 to 1 and has no gradient there: an error, and a
warning if the run learnt all the same, as no output is a probability. A softmax of a softmax cannot
be sure of a class, sigmoids under a categorical cross entropy only need the right size relative to
each other, and the gradient of the others vanishes where they are wrong: a warning, and a note in a
run that learnt. Where such a run is judged by probabilities that the mismatch distorts (by a
recorded metric with a threshold, such as precision, or by its predictions), it stays a warning.

**What to do** Two classes: one sigmoid unit with ``binary_crossentropy``. Several classes: a
softmax over as many units with ``sparse_categorical_crossentropy`` (whole numbers as labels) or
``categorical_crossentropy`` (one-hot). A regression: a linear unit with a squared error. Or no
activation at all, and ``from_logits=True`` in the loss.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import Finding, number
from insight_lib.dissection.findings.remedy import FaultType
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import NoThresholds, Rule
from insight_lib.dissection.run import recorded_layers, recorded_training
from insight_lib.dissection.run.labels import Labels, is_multi_hot, labels
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.recorded_layers import OutputLayer
from insight_lib.dissection.run.recorded_training import Loss
from insight_lib.dissection.run.view import RunView

_CROSS_ENTROPIES = recorded_training.BINARY_LOSSES | recorded_training.CLASS_LOSSES
_PROBABILITIES = frozenset({"sigmoid", "softmax"})
_NO_PROBABILITIES = frozenset(
    {"linear", "relu", "relu6", "leaky_relu", "leakyrelu", "prelu", "elu", "selu", "gelu", "silu"}
    | {"swish", "tanh", "softsign", "mish"}
)
_ONE_SIDED = frozenset({"relu", "relu6"})


# These compare each output with a threshold, or with how often it is right.
_OF_PROBABILITIES = re.compile(r"binary_accuracy|precision|recall|auc|brier|f1|fbeta", re.I)


@dataclass(frozen=True)
class _Mismatch:
    """``severity`` is that of a run that did not learn, ``learnt`` that of one which did.

    ``distorts`` is whether probabilities come out wrong though the run learnt.
    """

    severity: Severity
    what: str
    advice: str
    learnt: Severity = "info"
    distorts: bool = False


def check(view: RunView, _limits: NoThresholds) -> Iterator[Finding]:
    """Yield one finding on the output layer."""
    output, loss = recorded_layers.output_layer(view), recorded_training.loss(view)
    if output is None:
        return
    mismatch = _of_one_unit(output, loss) or _of_two_functions(output)
    if mismatch is None and loss is not None:
        mismatch = (
            _of_several_labels(view, output, loss)
            or _of_probabilities(output, loss)
            or _odd(output, loss)
            or _of_classes(output, loss, labels(view))
        )
    if mismatch is None:
        return
    learnt = has_learnt(view)
    evidence = {
        "activation": output.activation,
        "units": output.units,
        "loss": loss and loss.name,
        "from_logits": loss and loss.from_logits,
        "has_learnt": learnt,
        "told_by": recorded_training.told_by(view),
    }
    severity = _severity_of_learnt(view, mismatch) if learnt else mismatch.severity
    units = f"{output.units or 'several'} unit{'s' * (output.units != 1)}"
    title = f"The output layer {output.name} ({units}, {output.activation}) {mismatch.what}"
    advice = f"In layer {output.name}, {mismatch.advice}"
    yield Finding(
        layer=output.name,
        severity=severity,
        title=title,
        evidence=evidence,
        advice=advice,
    )


def _severity_of_learnt(view: RunView, mismatch: _Mismatch) -> Severity:
    return "warning" if mismatch.distorts and _uses_probabilities(view) else mismatch.learnt


def _uses_probabilities(view: RunView) -> bool:
    """Return whether a metric, or an evaluation of predictions, takes outputs for probabilities."""
    named = recorded_training.metrics(view)
    return bool(view.samples) or any(_OF_PROBABILITIES.search(metric) for metric in named)


def _of_one_unit(output: OutputLayer, loss: Loss | None) -> _Mismatch | None:
    if output.units != 1:
        return None
    if output.activation == "softmax":
        what = "gives 1 for every input: a softmax over one unit is constant"
    elif loss is not None and loss.name in recorded_training.CLASS_LOSSES:
        what = f"has one class only, which {loss.name} compares with itself"
    else:
        return None
    advice = (
        "use one sigmoid unit with binary_crossentropy for two classes, a softmax over as many "
        "units as there are classes for more, a linear unit with mean_squared_error for a number."
    )
    return _Mismatch("error", what, advice, learnt="error")


def _of_two_functions(output: OutputLayer) -> _Mismatch | None:
    if not {output.activation, output.activation_before} <= _PROBABILITIES:
        return None
    what = f"applies {output.activation} to what is the output of {output.activation_before}"
    advice = "remove one of the two: the second one only sees numbers between 0 and 1."
    return _Mismatch("warning", what, advice, distorts=True)


def _of_several_labels(view: RunView, output: OutputLayer, loss: Loss) -> _Mismatch | None:
    seen = labels(view)
    is_single = output.activation == "softmax" or loss.name in recorded_training.ONE_HOT_LOSSES
    if seen is None or not is_single or loss.name not in _CROSS_ENTROPIES or not is_multi_hot(view):
        return None
    several = number(sum(seen.shares.values()))
    what = f"is for one label an example, of which {several} are set on average"
    advice = "use sigmoids with binary_crossentropy where an example has several labels or none."
    return _Mismatch("warning", what, advice, distorts=True)


def _of_probabilities(output: OutputLayer, loss: Loss) -> _Mismatch | None:
    if loss.name not in _CROSS_ENTROPIES:
        return None
    fitting = "sigmoid" if loss.name in recorded_training.BINARY_LOSSES else "softmax"
    if loss.from_logits and output.activation in _PROBABILITIES:
        what = f"gives probabilities, and {loss.name} with from_logits=True takes them for logits"
        advice = "remove the activation, or remove from_logits=True from the loss."
        # Keras on TensorFlow finds the logits behind the activation and only warns.
        return _Mismatch("warning", what, advice)
    if not loss.from_logits and output.activation in _NO_PROBABILITIES:
        what = f"does not give probabilities, but {loss.name} expects them and clips to 0..1"
        advice = f"use activation={fitting!r}, or give the loss from_logits=True and no activation."
        return _Mismatch("error", what, advice, learnt="warning")
    return None


def _odd(output: OutputLayer, loss: Loss) -> _Mismatch | None:
    """Return the mismatch of a loss that trains, though it is not made for this output."""
    distorts = False
    if loss.name in recorded_training.CLASS_LOSSES and output.activation == "sigmoid":
        distorts = True
        what = f"gives independent sigmoids, but {loss.name} expects probabilities that sum to 1"
        advice = "use a softmax; keep sigmoids, with binary_crossentropy, where classes overlap."
    elif loss.name in recorded_training.BINARY_LOSSES and output.activation == "softmax":
        what = f"gives probabilities that sum to 1, but {loss.name} expects independent ones"
        advice = "use categorical_crossentropy with the softmax, or sigmoids where classes overlap."
    else:
        return None
    return _Mismatch("warning", what, advice, distorts=distorts)


def _of_classes(output: OutputLayer, loss: Loss, seen: Labels | None) -> _Mismatch | None:
    """Return the mismatch of a distance loss whose labels are classes."""
    if loss.name not in recorded_training.DISTANCES:
        return None
    has_classes = seen is not None and seen.classes is not None and (seen.low, seen.high) == (0, 1)
    if output.activation in _ONE_SIDED and has_classes and output.units == 1:
        what = f"has no gradient at 0, and {loss.name} treats the classes 0 and 1 as quantities"
        advice = "use activation='sigmoid' with binary_crossentropy."
        return _Mismatch("warning", what, advice)
    if output.activation not in _PROBABILITIES:
        return None
    is_one_of_them = output.units == 1 or (seen is not None and output.units == seen.classes)
    if output.activation == "sigmoid" and not (has_classes and is_one_of_them):
        return None
    what = f"gives class probabilities; {loss.name} has a vanishing gradient where they are wrong"
    advice = "use a cross entropy if labels are classes, a linear output if they are quantities."
    return _Mismatch("warning", what, advice)


RULE = Rule(
    name="output_loss_mismatch",
    title="Output and loss do not fit",
    needs=("the topology and loss, recorded or told by a Keras model",),
    severity="error",
    fault_type=FaultType.LOSS,
    documentation=__doc__,
    thresholds=NoThresholds(),
    example=(
        "The output layer out (1 unit, softmax) gives 1 for every input: a softmax over one unit "
        "is constant"
    ),
    check=check,
)
