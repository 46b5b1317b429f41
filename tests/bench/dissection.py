"""Whether a diagnosis names what was injected, and keeps quiet on what is healthy.

A fault is named when one of the rules that it expects fired at warning or error and, where layers
are to blame, on one of these.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from insight_lib.cli.output import print_table
from insight_lib.dissection.diagnose import diagnose
from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.rules import RULES
from insight_lib.zoo.faults import FAULTS
from insight_lib.zoo.loops import LOOP_FAULTS
from insight_lib.zoo.training import Truth
from tests.bench.entry import Entry, at_least_share, at_most, at_most_share
from tests.bench.fault_types import (
    FAULT_COLUMNS,
    TYPE_COLUMNS,
    Named,
    fault_rows,
    score,
    type_rows,
)
from tests.bench.trained_zoo import trained_zoo

NAMED_GOAL = 0.9
# A person is woken by an error; no healthy run may do that.
FALSE_ERRORS_GOAL = 0
FALSE_WARNINGS_GOAL = 0.03
FAULT_TYPES_GOAL = 0.8


@dataclass(frozen=True)
class Diagnosed:
    """A run of the zoo with what was found in it, causes first."""

    truth: Truth
    findings: tuple[Finding, ...]

    @property
    def is_healthy(self) -> bool:
        """Whether nothing was injected."""
        return not self.truth.expected_rules

    @property
    def alarms(self) -> list[Finding]:
        """Findings that ask for a person's attention."""
        return [finding for finding in self.findings if finding.severity != "info"]

    def naming(self) -> list[Finding]:
        """The alarms that name the fault, wherever they place it."""
        return [finding for finding in self.alarms if finding.rule in self.truth.expected_rules]

    def is_right(self, finding: Finding) -> bool:
        """Whether a naming alarm is on a layer at fault or a cell within it, or no layer is."""
        within = {finding.layer, finding.layer.partition("/")[0]}
        return not self.truth.blamed_layers or not within.isdisjoint(self.truth.blamed_layers)

    def is_named(self) -> bool:
        """Whether the fault was named, on the right layer."""
        return any(self.is_right(finding) for finding in self.naming())

    def named(self) -> Named:
        """The fault types of the alarms."""
        types = frozenset(f.fault_type for f in self.alarms if f.fault_type is not None)
        return Named(self.truth, types)

    def is_first(self) -> bool:
        """Whether the finding that is ranked first names the fault."""
        return bool(self.findings) and self.findings[0].rule in self.truth.expected_rules


def dissection_zoo() -> Entry:
    """Return the share of injected faults that are named, and print the tables behind it."""
    runs = _diagnosed()
    faulty = [run for run in runs if not run.is_healthy]
    print_table(
        "Each fault", _FAULT_COLUMNS, [_fault_row(name, faulty) for name in (*FAULTS, *LOOP_FAULTS)]
    )
    print_table("Each rule", _RULE_COLUMNS, [_rule_row(rule.name, runs) for rule in RULES])
    named, first = (_count(faulty, hit) for hit in (Diagnosed.is_named, Diagnosed.is_first))
    print(
        f"{len(runs)} runs, {len(faulty)} with a fault: {named} named, "
        f"{first} by the finding that is ranked first; "
        f"{len(runs) - len(faulty)} healthy: {len(_false(runs, 'error'))} with an error, "
        f"{len(_false(runs, 'warning'))} with a warning"
    )
    return at_least_share("dissection_zoo", named / len(faulty), NAMED_GOAL)


def dissection_false_errors() -> Entry:
    """Count the healthy runs that are accused of an error."""
    accused = _false(_diagnosed(), "error")
    for run in accused:
        print(f"{run.truth.run} ({run.truth.program}): {', '.join(f.title for f in run.alarms)}")
    return at_most("dissection_false_errors", len(accused), "healthy runs", FALSE_ERRORS_GOAL)


def dissection_false_warnings() -> Entry:
    """Return the share of healthy runs with a warning or error; twins are printed apart as well."""
    healthy = [run for run in _diagnosed() if run.is_healthy]
    accused = [run for run in healthy if run.alarms]
    for run in accused:
        what = run.truth.twin or "as it is"
        said = "; ".join(f"{f.severity} {f.rule}: {f.title}" for f in run.alarms)
        print(f"{run.truth.run} ({run.truth.program}, {what}): {said}")
    twins = [run for run in healthy if run.truth.twin]
    print(
        f"{len(accused)} of {len(healthy)} healthy runs with a warning or error; of twins "
        f"{_count(twins, lambda run: bool(run.alarms))} of {len(twins)}"
    )
    share = len(accused) / len(healthy)
    return at_most_share("dissection_false_warnings", share, FALSE_WARNINGS_GOAL)


def dissection_fault_types() -> Entry:
    """Return the smaller of recall and precision over the fault types, and print both."""
    runs = [run.named() for run in _diagnosed()]
    print_table("Fault types of each fault", FAULT_COLUMNS, fault_rows(runs))
    print_table("Each fault type", TYPE_COLUMNS, type_rows(runs))
    total = score(runs)
    alarmed = [run for run in runs if run.wanted and run.said]
    only_other = sum(run.says_only_other for run in alarmed)
    recall, precision = total.recall or 0.0, total.precision or 0.0
    print(
        f"recall {recall:.3f} of {total.wanted} wanted, precision {precision:.3f} of "
        f"{total.predicted} named; of {len(alarmed)} faulty runs with an alarm {only_other} "
        "have none that names a part"
    )
    return at_least_share("dissection_fault_types", min(recall, precision), FAULT_TYPES_GOAL)


@cache
def _diagnosed() -> list[Diagnosed]:
    """Diagnose the runs once for both entries."""
    folder, truth = trained_zoo()
    findings = defaultdict(list)
    for finding in diagnose(folder).findings:
        findings[finding.run_id.removeprefix(f"{folder.name}/")].append(finding)
    return [Diagnosed(run, tuple(findings[run.run])) for run in truth]


def _false(runs: Iterable[Diagnosed], severity: str) -> list[Diagnosed]:
    """The healthy runs with a finding of a severity."""
    return [
        run for run in runs if run.is_healthy and any(f.severity == severity for f in run.findings)
    ]


def _count(runs: Iterable[Diagnosed], holds: Callable[[Diagnosed], bool]) -> int:
    return sum(holds(run) for run in runs)


_FAULT_COLUMNS = ("fault", "runs", "named", "ranked first", "missed on", "named by")


def _fault_row(name: str, faulty: list[Diagnosed]) -> tuple[object, ...]:
    runs = [run for run in faulty if run.truth.fault == name]
    missed = sorted(f"{run.truth.run} {run.truth.program}" for run in runs if not run.is_named())
    rules = {f.rule for run in runs for f in run.naming() if run.is_right(f)}
    return (
        name,
        len(runs),
        _count(runs, Diagnosed.is_named),
        _count(runs, Diagnosed.is_first),
        "\n".join(missed) or "-",
        "\n".join(sorted(rules)) or "-",
    )


_RULE_COLUMNS = (
    "rule",
    "its faults",
    "fired",
    "right layer",
    "recall",
    "other faults",
    "healthy",
    "precision",
)


def _rule_row(name: str, runs: list[Diagnosed]) -> tuple[object, ...]:
    """Count a rule's alarms.

    Its faults are those that it describes best; recall is the share of them on which it fired, on
    the right layer where layers are to blame. On other faults it may tell of a true consequence;
    precision is the share of the runs on which it fired that had any fault.
    """
    own = [run for run in runs if next(iter(run.truth.expected_rules), None) == name]
    fired = [run for run in runs if any(f.rule == name for f in run.alarms)]
    hits = [run for run in own if run in fired]
    right = [run for run in hits if any(f.rule == name and run.is_right(f) for f in run.alarms)]
    healthy = _count(fired, lambda run: run.is_healthy)
    return (
        name,
        len(own),
        len(hits),
        len(right),
        round(len(right) / len(own), 2) if own else None,
        len(fired) - len(hits) - healthy,
        healthy,
        round(1 - healthy / len(fired), 2) if fired else None,
    )
