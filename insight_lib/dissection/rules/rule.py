"""What a rule of the catalogue declares."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from insight_lib.dissection.finding import Finding, Severity
from insight_lib.dissection.view import RunView


@dataclass(frozen=True)
class Rule:
    """A condition that is looked for in every run.

    Attributes:
        name: its name in the ``findings`` table, also its module's name.
        title: what it is about, a few words.
        needs: the summaries without which it says nothing.
        severity: the worst that it reports.
        documentation: for the user: what it looks for, why that matters, what to do.
        check: a pure function that yields its findings in a run, at most one a layer.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    severity: Severity
    documentation: str
    check: Callable[[RunView], Iterator[Finding]]
