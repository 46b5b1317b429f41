"""What does not fit at the end of a model, and which of its parts to change first."""

from dataclasses import dataclass

from insight_lib.dissection.findings.remedy import FaultType, Remedy, remedy
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.run.recorded_layers import OutputLayer
from insight_lib.dissection.run.recorded_training import Loss


@dataclass(frozen=True)
class Change:
    """The part of the training to change first and, where known, to what value."""

    fault_type: FaultType
    remedy: Remedy | None = None


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
    """

    severity: Severity
    what: str
    advice: str
    change: Change
    learnt: Severity = "info"
    distorts: bool = False


def activation_to(output: OutputLayer, activation: str) -> Change:
    """Return the change of the last activation."""
    changed = remedy("activation", activation, old=output.activation, layer=output.name)
    return Change(FaultType.ACTIVATION, changed)


def loss_to(loss: Loss, name: str) -> Change:
    """Return the change of the loss."""
    return Change(FaultType.LOSS, remedy("loss", name, old=loss.name))


def units_to(output: OutputLayer, units: int) -> Change:
    """Return the change of the number of the output's units."""
    return Change(FaultType.LAYERS, remedy("units", units, old=output.units, layer=output.name))
