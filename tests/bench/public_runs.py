"""Whether failed public runs get an alarm for the right reason, and healthy ones none.

``python -m tests.bench.public_runs`` prints the tables and every miss and false alarm.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from insight_lib.cli.output import print_table
from insight_lib.dissection.diagnose import diagnose
from insight_lib.dissection.findings.finding import Finding
from tests.bench.entry import Entry, at_least_share
from tests.bench.public_labels import DISPUTED, PUBLIC_RUNS, Label, read_labels

RECALL_GOAL, FALSE_ALARMS_GOAL = 0.85, 0.03
SURE = 0.7
"""Of a failure that recall is about."""

_NOTHING_LEARNT = frozenset(
    {"loss_not_decreasing", "stuck_at_chance", "plateau", "learning_rate_too_low"}
    | {"return_never_improved", "return_below_start", "learning_rate_too_high", "constant_output"}
    | {"underfitting", "zero_gradient"}
)
_LOST = frozenset(
    {"collapsed", "learning_lost", "return_collapsed", "return_below_start", "loss_diverged"}
)
_TOO_LARGE = frozenset(
    {"loss_diverged", "critic_diverged", "unscaled_rewards", "exploding_gradient"}
)
RIGHT_REASONS = {
    "at_chance": _NOTHING_LEARNT | {"overfitting", "learning_lost", "loss_diverged"},
    "never_learned": _NOTHING_LEARNT | {"return_collapsed", "zero_loss"},
    "plateau_high": _NOTHING_LEARNT,
    "collapsed": _LOST | {"overfitting", "oscillating_loss"},
    "reward_collapse": _LOST,
    "diverged": _TOO_LARGE | _LOST | {"overfitting", "loss_not_decreasing", "discriminator_won"},
    "critic_diverged": _TOO_LARGE,
    "entropy_collapse": frozenset({"entropy_collapsed"}),
    "oscillating": frozenset({"oscillating_loss", "learning_rate_too_high"} | _TOO_LARGE),
    "overfit": frozenset({"overfitting", "overtraining", "learning_lost"}),
    "nan": frozenset({"non_finite_loss", "non_finite_scalar", "non_finite_tensors"}),
}
"""Kind of a failure to the rules that name it."""


@dataclass(frozen=True)
class Judged:
    """A labelled run with the findings that ask for a person's attention."""

    label: Label
    alarms: tuple[Finding, ...]

    @property
    def is_right(self) -> bool:
        """Whether an alarm names the kind of the failure."""
        reasons = RIGHT_REASONS.get(self.label.kind, frozenset())
        return any(alarm.rule in reasons for alarm in self.alarms)

    @property
    def rules(self) -> str:
        """The rules that raised an alarm, worst first as they are ranked."""
        return ", ".join(f"{a.rule} ({a.severity})" for a in self.alarms) or "-"


def public_runs_recall() -> Entry:
    """Return the share of surely failed runs with an alarm for the right reason."""
    runs = _judged()
    failed = [run for run in _of(runs, "failed") if run.label.sure >= SURE]
    for name in ("kind", "task", "repository"):
        _print_by(name, runs)
    return at_least_share("public_runs_recall", _share(failed, _is_right), RECALL_GOAL)


def public_runs_false_alarms() -> Entry:
    """Return the share of healthy runs with an alarm."""
    share = _share(_of(_judged(), "healthy"), _has_alarm)
    holds = share <= FALSE_ALARMS_GOAL
    name = "public_runs_false_alarms"
    return Entry(name, round(share, 3), "share", None, None, None, FALSE_ALARMS_GOAL, holds)


@cache
def _judged() -> tuple[Judged, ...]:
    diagnosis = diagnose(PUBLIC_RUNS)
    alarms: dict[str, list[Finding]] = defaultdict(list)
    for finding in diagnosis.findings:
        if finding.severity != "info":
            alarms[finding.run_id.partition("/")[2]].append(finding)
    known = {run_id.partition("/")[2] for run_id in diagnosis.runs}
    return tuple(
        Judged(label, tuple(alarms[_run_of(label.folder, known)])) for label in read_labels()
    )


def _run_of(folder: str, known: set[str]) -> str:
    """Return the run that a labelled directory belongs to, as a stream of it may be labelled."""
    while folder not in known and "/" in folder:
        folder = folder.rpartition("/")[0]
    return folder


def _of(runs: Iterable[Judged], outcome: str) -> list[Judged]:
    return [run for run in runs if run.label.outcome == outcome]


def _is_right(run: Judged) -> bool:
    return run.is_right


def _has_alarm(run: Judged) -> bool:
    return bool(run.alarms)


def _share(runs: list[Judged], holds: Callable[[Judged], bool]) -> float:
    return sum(map(holds, runs)) / len(runs)


def _print_by(name: str, runs: Iterable[Judged]) -> None:
    groups: dict[str, list[Judged]] = defaultdict(list)
    for run in runs:
        groups[getattr(run.label, name) or run.label.outcome].append(run)
    rows = [_row(group, groups[group]) for group in sorted(groups)]
    columns = ("failed", "sure", "named", "sure and named", "healthy", "alarmed")
    print_table(f"By {name}", (name, *columns, "unclear", "alarmed of them"), rows)


def _row(group: str, runs: list[Judged]) -> tuple[object, ...]:
    failed, healthy, unclear = (_of(runs, o) for o in ("failed", "healthy", "unclear"))
    sure = [run for run in failed if run.label.sure >= SURE]
    counted = (failed, sure, filter(_is_right, failed), filter(_is_right, sure), healthy)
    alarmed = (filter(_has_alarm, healthy), unclear, filter(_has_alarm, unclear))
    return (group, *(len(list(each)) for each in (*counted, *alarmed)))


def main() -> int:
    """Print the tables, then misses and false alarms one by one."""
    entries = public_runs_recall(), public_runs_false_alarms()
    for run in _judged():
        label = run.label
        if label.outcome == "failed" and not run.is_right:
            why = f"; disputed: {why}" if (why := DISPUTED.get(label.folder)) else ""
            print(f"missed  {label.kind} {label.sure} {label.folder}: {run.rules}{why}")
        if label.outcome == "healthy" and run.alarms:
            print(f"alarmed {label.task} {label.sure} {label.folder}: {run.rules}")
    for entry in entries:
        print(f"{entry.name} {entry.value} (goal {entry.goal})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
