"""The last activation does not give what the loss takes.

**Looks for**, in the recorded configuration, or what the model of Keras's TensorBoard callback
tells,

* a softmax over one unit, which is 1 whatever the input, or one unit under a loss that compares
  classes with each other (a categorical cross entropy, a KL divergence) or directions (a cosine);
* a cross entropy of probabilities after an activation that does not give any (none at all, ReLU,
  tanh, ...), that is ``from_logits`` never said;
* probabilities under ``from_logits=True``, that is logits taken twice;
* a softmax, or a loss that compares classes, where examples have several labels or none;
* a softmax or sigmoid of what is a softmax or sigmoid already;
* one unit for three classes or more, under a binary cross entropy or, where an accuracy shows that
  it misses them, a distance;
* a sigmoid for each class under a binary cross entropy, where every example has one label;
* a loss that trains, but is not made for this output: sigmoids under a categorical cross entropy, a
  softmax under a binary cross entropy, a distance (a squared or absolute error) of one-hot labels
  or of the classes 0 and 1, one ReLU under such a distance, a distance of class numbers from the
  probability of each class, a percentage of labels that reach 0, a hinge of an output that is never
  -1.

**Why it matters** With one softmax unit, or a loss over one class, nothing can be learnt: an error.
A loss of probabilities is clipped outside of 0 to 1 and has no gradient there: an error, and a
warning if the run learnt all the same, as no output is a probability; so are sigmoids under a KL
divergence, which is least where all of them are 1. A softmax of a softmax cannot
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

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import NoThresholds, Rule
from insight_lib.dissection.run.data.label_domains import are_outside_of_loss
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.mismatches.class_numbers import of_class_numbers
from insight_lib.dissection.run.mismatches.distances import (
    of_distance,
    of_margin,
    of_numbers_of_units,
    of_percentage,
)
from insight_lib.dissection.run.mismatches.label_kinds import of_one_label, of_several_labels
from insight_lib.dissection.run.mismatches.mismatch import Mismatch
from insight_lib.dissection.run.mismatches.probabilities import (
    of_odd_pair,
    of_probabilities,
    of_two_functions,
)
from insight_lib.dissection.run.mismatches.single_unit import of_one_unit
from insight_lib.dissection.run.recorded import recorded_layers, recorded_training
from insight_lib.dissection.run.recorded.recorded_layers import OutputLayer
from insight_lib.dissection.run.recorded.recorded_training import Loss
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType

# These compare each output with a threshold, or with how often it is right.
_OF_PROBABILITIES = re.compile(r"binary_accuracy|precision|recall|auc|brier|f1|fbeta", re.I)


def check(view: RunView, _limits: NoThresholds) -> Iterator[Finding]:
    """Yield one finding on the output layer and one on the run, where more has to change."""
    output, loss = recorded_layers.output_layer(view), recorded_training.loss(view)
    if output is None:
        return
    mismatch = of_one_unit(view, output, loss) or of_two_functions(output)
    if mismatch is None and loss is not None:
        mismatch = _of_loss(view, output, loss)
    if mismatch is None:
        return
    found = _finding(view, output, loss, mismatch)
    yield found
    if mismatch.second is not None and found.severity != "info":
        yield mismatch.second.finding(found.severity, found.evidence)


def _of_loss(view: RunView, output: OutputLayer, loss: Loss) -> Mismatch | None:
    # Of labels that the loss does not take, that is what to change first.
    takes = not are_outside_of_loss(view)
    return (
        of_class_numbers(view, output, loss)
        or of_several_labels(view, output, loss)
        or (of_probabilities(output, loss) if takes else None)
        or of_one_label(view, output, loss)
        or of_odd_pair(output, loss)
        or of_percentage(view, loss)
        or of_numbers_of_units(view, output, loss)
        or of_distance(view, output, loss)
        or of_margin(view, output, loss)
    )


def _finding(view: RunView, output: OutputLayer, loss: Loss | None, mismatch: Mismatch) -> Finding:
    learnt = has_learnt(view)
    units = f"{output.units or 'several'} unit{'s' * (output.units != 1)}"
    return Finding(
        layer=output.name,
        severity=_severity_of_learnt(view, mismatch) if learnt else mismatch.severity,
        title=f"The output layer {output.name} ({units}, {output.activation}) {mismatch.what}",
        evidence={
            "activation": output.activation,
            "units": output.units,
            "loss": loss and loss.name,
            "from_logits": loss and loss.from_logits,
            "has_learnt": learnt,
            "told_by": recorded_training.told_by(view),
        },
        advice=f"In layer {output.name}, {mismatch.advice}",
        fault_type=mismatch.change.fault_type,
        remedy=mismatch.change.remedy,
    )


def _severity_of_learnt(view: RunView, mismatch: Mismatch) -> Severity:
    return "warning" if mismatch.distorts and _uses_probabilities(view) else mismatch.learnt


def _uses_probabilities(view: RunView) -> bool:
    """Return whether a metric, or an evaluation of predictions, takes outputs for probabilities."""
    named = recorded_training.metrics(view)
    return bool(view.samples) or any(_OF_PROBABILITIES.search(metric) for metric in named)


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
