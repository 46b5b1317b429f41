"""Far more parameters than training examples.

**Looks for** at least {parameters_an_example} trainable parameters a recorded training example.

**Why it matters** Such a model can memorise every example. Networks of today often can and still
hold on new data, which is why this is a note; it explains an overfitting that was found.

**What to do** If the validation loss rises: a smaller model, weight decay, dropout, early stopping,
augmented data, or a pretrained model of which only the top is trained.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import Finding, number
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.recorded import recorded_layers, recorded_training
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """How many parameters are far more."""

    parameters_an_example: float = threshold(100.0, source="Healthy runs of the zoo have up to 7.")


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the model's size."""
    rows, parameters = recorded_training.rows(view), recorded_layers.trainable_parameters(view)
    if not rows or parameters is None or parameters < limits.parameters_an_example * rows:
        return
    yield Finding(
        severity="info",
        title=(
            f"{parameters} parameters are trained on {rows} examples, which is "
            f"{number(parameters / rows)} for each example"
        ),
        evidence={"parameters": parameters, "rows": rows},
        advice=(
            "If the validation loss rises, use a smaller model, weight decay, dropout, early "
            "stopping or augmented data."
        ),
    )


RULE = Rule(
    name="more_parameters_than_examples",
    title="More parameters than examples",
    needs=("recorded training data and topology",),
    severity="info",
    fault_type=FaultType.LAYERS,
    documentation=__doc__,
    thresholds=Thresholds(),
    example="1000000 parameters are trained on 1000 examples, which is 1e+03 for each example",
    check=check,
)
