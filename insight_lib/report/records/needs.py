"""The list of what needs a person: a run, or many runs that one fault hit."""

from collections import Counter
from dataclasses import dataclass

from insight_lib.report.records.summary import RunInNeed


@dataclass(frozen=True, slots=True)
class Need:
    """Runs in need, the worst first; several of them where one rule is the root of all.

    ``title`` is what the rule is about, in a few words.
    """

    rule: str
    title: str
    runs: tuple[RunInNeed, ...]

    @property
    def severity(self) -> str:
        """The worst of its runs."""
        return self.runs[0].severity

    @property
    def new(self) -> int:
        """How many of the runs are as bad as they are since this night."""
        return sum(run.standing == "new" for run in self.runs)

    @property
    def layers(self) -> int:
        """In how many layers the fault sits."""
        return len({run.layer for run in self.runs if run.layer})

    @property
    def experiments(self) -> int:
        """Of how many experiments the runs are."""
        return len({run.experiment for run in self.runs})

    @property
    def advice(self) -> tuple[str, int]:
        """What to change in most of them, and in how many."""
        return Counter(run.advice for run in self.runs).most_common(1)[0]
