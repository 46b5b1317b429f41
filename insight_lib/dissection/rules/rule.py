"""What a rule of the catalogue declares."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType

Limits = TypeVar("Limits")
Number = TypeVar("Number", int, float)
SOURCE, LEAST = "source", "least"


def threshold(value: Number, *, source: str, least: float = 0) -> Number:
    """Declare a field of a rule's thresholds.

    Args:
        value: unless a settings file says otherwise.
        source: where it comes from, a sentence for the rule's page.
        least: below which a settings file may not set it, as the rule could compute nothing.
    """
    return field(default=value, metadata={SOURCE: source, LEAST: least})


@dataclass(frozen=True)
class NoThresholds:
    """Thresholds of a rule that compares nothing with a number that could be another."""


@dataclass(frozen=True)
class Rule(Generic[Limits]):
    """A condition that is looked for in every run.

    Attributes:
        name: its name in the ``findings`` table, also its module's name.
        title: what it is about, a few words.
        needs: the summaries without which it says nothing.
        severity: the highest that it reports.
        fault_type: what has to change where it fires, unless a finding says otherwise.
        documentation: for the user: what it looks for, why that matters, what to do. It names its
            thresholds in braces, ``{min_steps}`` or, of shares, ``{step_share:%}``;
            ``rule_pages`` fills them in.
        thresholds: a frozen dataclass of ``threshold``s; ``configuration`` replaces their values.
        example: a sentence that it says, word for word, of one of its cases.
        check: a pure function that yields its findings in a run, at most one a layer.
        of_layers: whether it says nothing of a run whose layers were not traced, so that it need
            not be asked.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    severity: Severity
    fault_type: FaultType
    documentation: str
    thresholds: Limits
    example: str
    check: Callable[[RunView, Limits], Iterator[Finding]]
    of_layers: bool = False

    def findings(self, view: RunView) -> Iterator[Finding]:
        """Yield what the rule finds in a run by its own thresholds."""
        if self.of_layers and not view.layers:
            return
        for finding in self.check(view, self.thresholds):
            first, last = finding.first_step, finding.last_step
            yield replace(
                finding,
                run_id=view.run_id,
                rule=self.name,
                fault_type=finding.fault_type or self.fault_type,
                first_step=view.first_step if first is None else first,
                last_step=view.last_step if last is None else last,
                evidence=_with_place(finding),
            )


def _with_place(finding: Finding) -> dict[str, object]:
    """Return the evidence, with the layers and the depth where the finding has them."""
    evidence = dict(finding.evidence)
    if finding.layers:
        evidence["layers"] = list(finding.layers)
    if finding.depth is not None:
        evidence["depth"] = finding.depth
    return evidence
