"""What a night says in at most ten lines: who needs a person, what is new, where the report is."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from insight_lib.cli.days import day_of, minute_of
from insight_lib.cli.output import shown
from insight_lib.dissection.verdict import verdict_counts
from insight_lib.report.records.summary import TO_BE_JUDGED, RunInNeed, Summary
from insight_lib.report.text import clean, counted, percent, shorten
from insight_lib.screen import screen_width

MOST_RUNS = 5
"""Runs that have a line of their own; with the lines around them they fill ten."""
_MOST_RULES = 4
_MOST_SILENT = 3
_LEAST_TITLE = 24
"""Letters of a finding that stand in its line on the narrowest of screens."""


def print_summary(summary: Summary, report: Path) -> None:
    """Print the lines; on a terminal, sentences are shortened so that each stays a line."""
    for line in summary_lines(summary, report, screen_width()):
        print(clean(line), flush=True)


def summary_lines(summary: Summary, report: Path, width: int | None) -> list[str]:
    """Return the lines, at most ten.

    Args:
        summary: of the night.
        report: the path of its index page.
        width: of the screen in letters; None where nothing limits a line.
    """
    runs = summary.needs_you
    lines = [_head(summary)]
    lines += [_run_line(run, width) for run in runs[:MOST_RUNS]]
    if len(runs) > MOST_RUNS:
        lines.append(_rest_line(runs[MOST_RUNS:]))
    lines += [_counts(summary), *_silent(summary), f"report: {shown(report)}"]
    return lines


def _head(summary: Summary) -> str:
    standings = summary.standings
    new, still = standings["new"], standings["still"]
    need = new + still
    said = (
        f"{need:,} {'run needs' if need == 1 else 'runs need'} you "
        f"({new:,} new, {still:,} still failing)"
        if need
        else "no run needs you"
    )
    others = [f"{standings['recovered']:,} recovered"] if standings["recovered"] else []
    if summary.findings.muted:
        others.append(f"{counted(summary.findings.muted, 'finding')} muted")
    night = "" if summary.night is None else f"night of {minute_of(summary.night)}: "
    return ", ".join([f"{night}{said}", *others])


def _run_line(run: RunInNeed, width: int | None) -> str:
    head = f"  {run.severity}, {_since(run)}: {shorten(run.run_id, 60)}: "
    risk = [] if run.risk is None else [f"risk {percent(run.risk)}"]
    owner = [] if run.owner is None else [f"owner {shorten(run.owner, 30)}"]
    tail = f" ({', '.join([*risk, *owner])})" if risk or owner else ""
    title = " ".join(run.title.split())
    if width is not None:
        title = _begin(title, max(width - len(head) - len(tail), _LEAST_TITLE))
    return f"{head}{title}{tail}"


def _begin(sentence: str, letters: int) -> str:
    """Return a sentence, or its beginning: its subject stands there."""
    return sentence if len(sentence) <= letters else f"{sentence[: letters - 1].rstrip()}…"


def _since(run: RunInNeed) -> str:
    if run.standing == "new":
        return "new"
    said = "since earlier" if run.since is None else f"since {day_of(run.since)}"
    return f"{said}, {run.new_findings:,} new" if run.new_findings else said


def _rest_line(runs: Sequence[RunInNeed]) -> str:
    rules = Counter(run.rule for run in runs)
    ranked = sorted(rules.items(), key=lambda each: (-each[1], each[0]))
    named = [f"{count:,} {rule}" for rule, count in ranked[:_MOST_RULES]]
    others = sum(count for _, count in ranked[_MOST_RULES:])
    return f"  and {len(runs):,} more: {', '.join(named + _more(others))}"


def _counts(summary: Summary) -> str:
    named = {None if name == TO_BE_JUDGED else name: n for name, n in summary.verdicts.items()}
    return f"runs: {summary.runs:,} ({verdict_counts(Counter(named).elements())})"


def _silent(summary: Summary) -> Iterator[str]:
    named = {"crashed": summary.crashed, "stalled": summary.stalled}
    said = [
        f"{len(runs):,} {state} ({', '.join(_few(runs))})" for state, runs in named.items() if runs
    ]
    if said:
        yield f"silent: {', '.join(said)}"


def _few(runs: Sequence[str]) -> list[str]:
    names = [shorten(run, 40) for run in runs[:_MOST_SILENT]]
    return names + _more(len(runs) - _MOST_SILENT)


def _more(count: int) -> list[str]:
    return [f"{count:,} others"] if count > 0 else []
