"""Verdicts as people see them on the terminal."""

from collections import defaultdict
from collections.abc import Sequence

from insight_lib.cli.output import print_table
from insight_lib.dissection.judge import RunVerdict
from insight_lib.dissection.run.coverage import SHOW_LEARNING
from insight_lib.dissection.verdict import Verdict, verdict_counts
from insight_lib.screen import print_text

COLUMNS = ("run", "verdict", "judged", "not judged")
_MOST_REASONS = 10
"""Reasons that are printed below the table; the rest is counted."""


def print_verdicts(verdicts: Sequence[RunVerdict]) -> None:
    """Print one row a run, then why something was not judged and what to do.

    The row of a run that is not judged itself gives the first reason.
    """
    rows = [
        (one.run_id, one.verdict.value, ", ".join(one.judged) or None, _missing(one))
        for one in verdicts
    ]
    print_table("", COLUMNS, rows)
    reasons = _reasons(verdicts)
    for line in reasons[:_MOST_REASONS]:
        print_text(f"  {line}", indent=4)
    more = len(reasons) - _MOST_REASONS
    if more > 0:
        print_text(f"  and {more:,} more reasons: --json lists them")


def print_verdict_counts(verdicts: Sequence[str | None]) -> None:
    """Print one line: how many runs there are, and of each verdict."""
    print_text(f"runs: {len(verdicts):,} ({verdict_counts(verdicts)})")


def _missing(one: RunVerdict) -> str | None:
    told = _told(one)
    first = [] if told is None else [f"{told}: {one.not_judged[told]}"]
    others = ", ".join(aspect for aspect in one.not_judged if aspect != told)
    return "; ".join([*first, *([others] if others else [])]) or None


def _told(one: RunVerdict) -> str | None:
    """Return the aspect whose reason the run's row gives."""
    if one.verdict is not Verdict.NOT_JUDGED:
        return None
    return next((aspect for aspect in one.not_judged if aspect in SHOW_LEARNING), None)


def _reasons(verdicts: Sequence[RunVerdict]) -> list[str]:
    """Return each reason that no row tells, that of most runs first."""
    aspects: dict[str, list[str]] = defaultdict(list)
    runs: dict[str, set[str]] = defaultdict(set)
    for one in verdicts:
        for aspect, why in one.not_judged.items():
            if aspect != _told(one):
                aspects[why] += [aspect] if aspect not in aspects[why] else []
                runs[why].add(one.run_id)
    ordered = sorted(aspects, key=lambda why: -len(runs[why]))
    return [f"{', '.join(aspects[why])} ({_runs(len(runs[why]))}): {why}" for why in ordered]


def _runs(count: int) -> str:
    return f"{count:,} {'run' if count == 1 else 'runs'}"
