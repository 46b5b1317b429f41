"""What a night says in short: who needs a person, what is new, how many runs are how.

``summary.json`` next to the report is this record as JSON; docs/summary.md describes its fields.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

FORMAT = 1
"""Of ``summary.json``; fields may be added to it, but none changes its meaning or goes."""

Standing = Literal["new", "still", "recovered", "healthy", "not_judged", "muted"]
"""What is to be thought of a run: it is as bad as it is since this night, or since an earlier one;
it was bad until this night; it is healthy; it could not be judged; all that it has is muted."""
STANDINGS: tuple[Standing, ...] = ("new", "still", "recovered", "healthy", "not_judged", "muted")
IN_NEED: tuple[Standing, ...] = ("new", "still")
"""Runs that need a person: with an open finding that is a warning or an error, and not muted."""
TO_BE_JUDGED = "to be judged"
"""Of a run without a verdict: no night has looked at it yet."""


@dataclass(frozen=True, slots=True)
class RunInNeed:
    """A run that needs a person, by the finding that its worst one follows from.

    Attributes:
        run_id: the run.
        experiment: of the run.
        page: of the run in the report, from the folder of ``summary.json``.
        standing: new or still.
        severity: the worst of its findings that are shown, error or warning.
        since: the night since which it has one so severe; None where that was not kept yet.
        findings: how many warnings and errors are shown.
        new_findings: how many of these the night found first, again or graver.
        rule: of the root finding.
        layer: of the root finding; empty for the whole run.
        title: the root finding, a sentence.
        advice: what to change.
        first_step: the step since which the root finding holds.
        risk: predicted probability of failure, 0..1; None where the model gives none.
        state: of the run, such as running or crashed.
        owner: whose it is; None where nobody noted that.
        note: what is noted of it; None likewise.
    """

    run_id: str
    experiment: str
    page: str
    standing: Standing
    severity: str
    since: datetime | None
    findings: int
    new_findings: int
    rule: str
    layer: str
    title: str
    advice: str
    first_step: int | None
    risk: float | None
    state: str
    owner: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class FindingCounts:
    """Findings of all severities: those that stand and are shown, of these new ones, the others.

    ``resolved`` counts those that the night resolved.
    """

    open: int
    new: int
    resolved: int
    muted: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A night in short.

    Attributes:
        night: when the last night that judged a run began; None where none noted it.
        generated_at: when this was read of the lake.
        runs: how many there are.
        standings: how many runs are how; together all of them.
        verdicts: how many runs have which verdict; ``to be judged`` where none has judged them.
        states: how many runs are in which state.
        findings: counts of findings.
        needs_you: the runs that need a person, the worst first.
        stalled: runs that stand still.
        crashed: runs that broke off.
    """

    night: datetime | None
    generated_at: datetime
    runs: int
    standings: dict[str, int]
    verdicts: dict[str, int]
    states: dict[str, int]
    findings: FindingCounts
    needs_you: tuple[RunInNeed, ...]
    stalled: tuple[str, ...]
    crashed: tuple[str, ...]
