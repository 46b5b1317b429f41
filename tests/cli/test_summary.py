"""The ten lines with which a night ends."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from insight_lib.cli.summary import print_summary, summary_lines
from insight_lib.report.records.summary import STANDINGS, FindingCounts, RunInNeed, Summary

NIGHT = datetime(2026, 3, 2, 2, tzinfo=UTC)
REPORT = Path("/lake/_report/index.html")
RUN = RunInNeed(
    run_id="logs/a",
    experiment="logs",
    page="runs/a.html",
    standing="new",
    severity="error",
    since=NIGHT,
    findings=1,
    new_findings=1,
    rule="dead_units",
    layer="hidden",
    title="Layer hidden is dead since step 0",
    advice="a",
    first_step=0,
    risk=None,
    state="running",
    owner=None,
    note=None,
)
QUIET = Summary(
    night=NIGHT,
    generated_at=NIGHT,
    runs=3,
    standings=dict.fromkeys(STANDINGS, 0) | {"healthy": 3},
    verdicts={"failing": 0, "attention": 0, "not judged": 0, "healthy": 3, "to be judged": 0},
    states={"finished": 3},
    findings=FindingCounts(open=0, new=0, resolved=0, muted=0),
    needs_you=(),
    stalled=(),
    crashed=(),
)


def busy(*runs, **counts):
    new = sum(run.standing == "new" for run in runs)
    counts = {"new": new, "still": len(runs) - new} | counts
    return replace(QUIET, needs_you=runs, standings=QUIET.standings | counts)


def lines(summary, width=None):
    return summary_lines(summary, REPORT, width)


def test_a_night_that_needs_nobody_says_so():
    assert lines(QUIET) == [
        "night of 2026-03-02 02:00 UTC: no run needs you",
        "runs: 3 (0 failing, 0 attention, 0 not judged, 3 healthy)",
        "report: /lake/_report/index.html",
    ]


def test_a_run_has_a_line_with_its_root_finding_and_since_when():
    still = replace(RUN, standing="still", since=datetime(2026, 2, 27, tzinfo=UTC), new_findings=0)
    found = lines(busy(RUN, replace(still, risk=0.873, owner="anna"), replace(still, since=None)))
    assert found[:4] == [
        "night of 2026-03-02 02:00 UTC: 3 runs need you (1 new, 2 still failing)",
        "  error, new: logs/a: Layer hidden is dead since step 0",
        "  error, since 2026-02-27: logs/a: Layer hidden is dead since step 0"
        " (risk 87.3 %, owner anna)",
        "  error, since earlier: logs/a: Layer hidden is dead since step 0",
    ]


def test_a_new_finding_of_a_run_that_was_failing_is_counted():
    still = replace(RUN, standing="still", since=datetime(2026, 2, 27, tzinfo=UTC), new_findings=2)
    assert lines(busy(still))[1].startswith("  error, since 2026-02-27, 2 new: logs/a: ")


def test_one_run_alone_and_what_recovered_or_is_muted():
    muted = FindingCounts(open=1, new=1, resolved=0, muted=1)
    head = lines(replace(busy(RUN, recovered=2), findings=muted))[0]
    assert head.endswith(": 1 run needs you (1 new, 0 still failing), 2 recovered, 1 finding muted")


def test_a_thousand_runs_fill_ten_lines():
    rules = ("plateau", "plateau", "dead_units", "overfitting", "zero_loss", "few_examples")
    runs = [replace(RUN, run_id=f"logs/{n}", rule=rules[n % 6]) for n in range(1000)]
    silent = {"stalled": ("logs/s",), "crashed": tuple(f"logs/{n}" for n in range(9))}
    found = lines(replace(busy(*runs), **silent))
    assert len(found) == 10
    assert found[6] == (
        "  and 995 more: 332 plateau, 166 dead_units, 166 few_examples, 166 overfitting, 165 others"
    )
    assert found[8] == "silent: 9 crashed (logs/0, logs/1, logs/2, 6 others), 1 stalled (logs/s)"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_on_a_terminal_a_finding_is_shortened_to_its_line(width):
    long = replace(RUN, title="word " * 80, risk=0.5)
    line = lines(busy(long), width)[1]
    assert len(line) <= max(width, 60)
    assert line.endswith("(risk 50.0 %)")
    assert ": word word" in line
    assert "… (risk" in line


def test_what_a_log_wrote_controls_no_terminal(capsys):
    hostile = replace(RUN, run_id="logs/\x1b[2J", title="a\nb\x1b]0;x\x07", owner="\u202eanna")
    print_summary(busy(hostile), REPORT)
    said = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\u202e"} & set(said)
    assert len(said.splitlines()) == 4
