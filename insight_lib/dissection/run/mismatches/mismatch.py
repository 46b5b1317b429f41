"""What does not fit at the end of a model, and which of its parts to change first."""

from collections.abc import Mapping
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.findings.remedy import Remedy, remedy
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.run.recorded.recorded_layers import OutputLayer
from insight_lib.dissection.run.recorded.recorded_training import Loss
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class FirstChange:
    """The part of the training to change first and, where known, to what value."""

    fault_type: FaultType
    remedy: Remedy | None = None


@dataclass(frozen=True)
class Second:
    """What has to change as well: a sentence on it, what to do, and of which part."""

    title: str
    advice: str
    change: FirstChange

    def finding(self, severity: Severity, evidence: Mapping[str, object]) -> Finding:
        """Return the finding on the run that says so."""
        return Finding(
            severity=severity,
            title=self.title,
            evidence=evidence,
            advice=self.advice,
            fault_type=self.change.fault_type,
            remedy=self.change.remedy,
        )


@dataclass(frozen=True)
class Mismatch:
    """An output and a loss that do not fit.

    Attributes:
        severity: of a run that did not learn.
        what: the end of a sentence on the output layer.
        advice: what to change there.
        change: what its first words change.
        learnt: the severity of a run that learnt.
        distorts: whether probabilities come out wrong though the run learnt.
        second: what has to change with it.
    """

    severity: Severity
    what: str
    advice: str
    change: FirstChange
    learnt: Severity = "info"
    distorts: bool = False
    second: Second | None = None


def activation_to(output: OutputLayer, activation: str) -> FirstChange:
    """Return the change of the last activation."""
    changed = remedy("activation", activation, old=output.activation, layer=output.name)
    return FirstChange(FaultType.ACTIVATION, changed)


def loss_to(loss: Loss, name: str) -> FirstChange:
    """Return the change of the loss."""
    return FirstChange(FaultType.LOSS, remedy("loss", name, old=loss.name))


def also_loss(loss: Loss, name: str, classes: int) -> Second:
    """Return the loss as what has to change as well, of labels that are so many classes."""
    title = f"The loss {loss.name} is not made for labels that are {classes} classes"
    return Second(title, f"Use {name} as the loss.", loss_to(loss, name))


def also_activation(output: OutputLayer, activation: str) -> Second:
    """Return the last activation as what has to change as well."""
    units = f"{output.units or 'several'} unit{'s' * (output.units != 1)}"
    title = (
        f"The output layer {output.name} ({units}) ends in {output.activation}, not {activation}"
    )
    advice = f"Use activation={activation!r} in layer {output.name}, which the new loss asks for."
    return Second(title, advice, activation_to(output, activation))


def units_to(output: OutputLayer, units: int) -> FirstChange:
    """Return the change of the number of the output's units."""
    return FirstChange(
        FaultType.LAYERS, remedy("units", units, old=output.units, layer=output.name)
    )
