"""Who needs a person after a night, and how many runs are how."""

from datetime import UTC, datetime, timedelta

import pytest

from insight_lib.report.read.summary import read_summary
from insight_lib.report.records.summary import STANDINGS

BEFORE, NIGHT = (datetime(2026, 3, day, 2, tzinfo=UTC) for day in (1, 2))
NOW = NIGHT + timedelta(hours=5)
OLD, NEW = {"opened_at": BEFORE}, {"opened_at": NIGHT}
MILD, NOTE = {"severity": "warning"}, {"severity": "info"}
GONE = {"resolved_at": NIGHT}


@pytest.fixture
def summary(lake):
    """summary(findings, ...): that of a lake, by default of the run zoo/a alone."""

    def summary(*findings, verdict="healthy", runs=({},), **others):
        runs = [{"run_id": "zoo/a", "verdict": verdict} | run for run in runs]
        judged = [{"run_id": run["run_id"], "judged_at": NIGHT} for run in runs]
        tables = {"runs": runs, "findings": findings, "verdicts": judged} | others
        return read_summary(lake(**tables), NOW)

    return summary


def standing(found):
    [only] = [name for name, count in found.standings.items() if count]
    return only


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([NEW], "new"),
        ([OLD], "still"),
        ([NEW, OLD | {"rule": "b"}], "still"),
        ([NEW, OLD | MILD | {"rule": "b"}], "new"),  # it was not as bad before
        ([NEW | MILD, OLD | GONE | {"rule": "b"}], "still"),  # it was worse before
        ([OLD | GONE, NEW | {"rule": "b"}], "still"),  # as bad before, by another finding
        ([{"opened_at": None}], "still"),
        ([OLD | GONE], "recovered"),
        ([OLD | GONE, NEW | NOTE | {"rule": "b"}], "recovered"),
        ([OLD | {"resolved_at": BEFORE}], "healthy"),
        ([OLD | NOTE | GONE], "healthy"),
        ([NEW | NOTE], "healthy"),
        ([], "healthy"),
    ],
)
def test_a_run_is_new_in_the_night_since_which_it_is_as_bad_as_it_is(summary, findings, expected):
    assert standing(summary(*findings)) == expected


@pytest.mark.parametrize("verdict", ["not judged", None])
def test_a_run_that_could_not_be_judged_has_not_recovered(summary, verdict):
    found = summary(OLD | GONE, verdict=verdict)
    assert standing(found) == "not_judged"
    assert found.verdicts[verdict or "to be judged"] == 1


def test_a_run_whose_alarms_are_all_muted_needs_nobody(summary):
    muted = {"run_id": "zoo/a", "rule": "exploding_gradient", "muted_until": NOW + timedelta(1)}
    found = summary(NEW, verdict="failing", mutes=[muted])
    assert standing(found) == "muted"
    assert (found.findings.open, found.findings.muted, found.needs_you) == (0, 1, ())
    over = muted | {"muted_until": NOW}
    assert standing(summary(NEW, verdict="failing", mutes=[over])) == "new"
    other = muted | {"run_id": "zoo/b"}
    assert standing(summary(NEW, verdict="failing", mutes=[other])) == "new"


def test_every_run_is_counted_once(summary):
    runs = [{"run_id": name} for name in "abcde"] + [{"run_id": "f", "verdict": "not judged"}]
    findings = [NEW | {"run_id": "a"}, OLD | {"run_id": "b"}, OLD | GONE | {"run_id": "c"}]
    found = summary(*findings, runs=runs)
    assert tuple(found.standings) == STANDINGS
    assert list(found.standings.values()) == [1, 1, 1, 2, 1, 0]
    assert sum(found.standings.values()) == sum(found.verdicts.values()) == found.runs == 6


def test_a_run_is_told_of_by_the_root_of_its_worst_finding(summary):
    root = {"rule": "root", "layer": "dense", "title": "why", "advice": "do", "first_step": 7}
    worst = {"rule": "worst", "caused_by": "root", "caused_by_layer": "dense"}
    [run] = summary(OLD | MILD | root, NEW | worst, OLD | NOTE | {"rule": "note"}).needs_you
    assert (run.severity, run.rule, run.layer) == ("error", "root", "dense")
    assert (run.title, run.advice, run.first_step) == ("why", "do", 7)
    assert (run.standing, run.since, run.findings, run.new_findings) == ("new", NIGHT, 2, 1)
    assert run.page.startswith("runs/")


def test_a_root_that_is_muted_leaves_what_follows_from_it(summary):
    mute = {"run_id": "zoo/a", "rule": "root", "muted_until": NOW + timedelta(1)}
    follows = {"rule": "effect", "caused_by": "root", "caused_by_layer": ""}
    [run] = summary(OLD | {"rule": "root"}, OLD | follows, mutes=[mute]).needs_you
    assert run.rule == "effect"


def test_the_worst_runs_come_first_then_new_ones_then_by_their_risk(summary):
    names = ("mild", "old", "risky", "calm", "worn")
    runs = [{"run_id": name} for name in names]
    findings = [
        NEW | MILD | {"run_id": "mild"},
        OLD | {"run_id": "old"},
        *(NEW | {"run_id": name} for name in ("risky", "calm", "worn")),
        NEW | {"run_id": "worn", "rule": "b"},
    ]
    model = {"risk_models": [{}]}
    scores = [
        {"run_id": "risky", "probability": 0.2, "cutoff_step": 1},
        {"run_id": "risky", "probability": 0.9, "cutoff_step": 2},
        {"run_id": "calm", "probability": 0.99, "abstained": True},
        {"run_id": "worn", "probability": 0.99, "model_version": "retired"},
    ]
    found = summary(*findings, runs=runs, risk_scores=scores, **model).needs_you
    assert [run.run_id for run in found] == ["risky", "worn", "calm", "old", "mild"]
    assert [run.risk for run in found] == [0.9, None, None, None, None]


def test_owner_and_note_stand_with_the_run(summary):
    notes = [
        {"about": "experiment", "name": "zoo", "owner": "anna"},
        {"about": "run", "name": "zoo/a", "note": "a try"},
        {"about": "run", "name": "zoo", "owner": "nobody"},
    ]
    [run] = summary(OLD, notes=notes).needs_you
    assert (run.owner, run.note) == ("anna", "a try")


def test_silent_runs_are_named_whatever_was_found(summary):
    states = ("crashed", "ended", "stalled", "crashed")
    runs = [{"run_id": f"r{at}", "state": state} for at, state in enumerate(states)]
    found = summary(runs=runs)
    assert (found.crashed, found.stalled) == (("r0", "r3"), ("r2",))
    assert found.states == {"crashed": 2, "ended": 1, "stalled": 1}


def test_a_lake_of_an_earlier_version_has_no_night_and_nothing_new(lake):
    found = read_summary(lake(runs=[{}], findings=[{}], verdicts=[{}]), NOW)
    assert (found.night, found.findings.new, standing(found)) == (None, 0, "still")
