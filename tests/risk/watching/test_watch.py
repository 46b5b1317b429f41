"""Watching a folder of real event files that grow between two looks."""

import pytest

from insight_lib.dissection.logged_runs import read_views
from insight_lib.dissection.verdict import Verdict
from insight_lib.errors import InputError
from insight_lib.risk.stages.feature_rows import feature_rows
from insight_lib.risk.watching import watch as watching
from insight_lib.risk.watching.sight import look
from insight_lib.risk.watching.watch import watch
from insight_lib.risk.watching.words import evidence_of, state_of
from tests.risk.handmade import bundle_of, kinds_of
from tests.risk.watching.writing import GrowingRun

BUNDLE = bundle_of(loss_change=4.0)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "run-8"


@pytest.fixture
def between_looks(monkeypatch):
    """between_looks([action, ...]): what happens while the watch sleeps; then its clock stands."""

    def plan(actions):
        clock, waiting = [0.0], list(actions)

        def sleep(seconds):
            clock[0] += seconds
            if waiting:
                waiting.pop(0)()

        monkeypatch.setattr(watching.time, "sleep", sleep)
        monkeypatch.setattr(watching.time, "monotonic", lambda: clock[0])

    return plan


def seen(folder, quiet_s=5.0, interval_s=1.0):
    return list(watch(folder, lambda: look(folder, BUNDLE), interval_s, quiet_s))


def falling(first, last):
    return [1.0 / (1 + step) for step in range(first, last)]


def rising(first, last):
    return [1.0 + 0.2 * step for step in range(first, last)]


def test_what_is_seen_is_what_the_lake_is_scored_by(folder):
    run = GrowingRun(folder)
    run.write(rising(0, 40))
    [sight] = look(folder, BUNDLE)
    assert (sight.run_id, sight.step, sight.share, sight.finished) == ("run-8", 39, None, False)
    assert sight.probability > 0.9
    assert sight.flagged
    assert "training loss" in sight.reasons[0].sentence


def test_a_watch_tells_when_the_risk_changes_and_ends_when_the_run_says_so(folder, between_looks):
    run = GrowingRun(folder)
    run.write(falling(0, 20))
    between_looks(
        [
            lambda: run.write(falling(20, 25)),
            lambda: None,
            lambda: run.write(rising(25, 80)),
            run.finish,
        ]
    )
    looks = seen(folder)
    first, small_change, rise, last = ([one.probability for one in each.changed] for each in looks)
    assert first[0] < 0.1
    assert small_change == []
    assert rise[0] > 0.9
    assert last == []
    assert looks[-1].ended == "every run has finished"
    assert looks[-1].all[0].finished


def test_without_growth_a_run_is_taken_to_have_ended_after_a_while(folder, between_looks):
    GrowingRun(folder).write(falling(0, 20))
    between_looks([])
    looks = seen(folder, quiet_s=3.0)
    assert [each.ended for each in looks] == [
        None,
        "no file grew for 3 s, which is taken for the end",
    ]


def test_a_folder_without_a_run_is_waited_for(folder, between_looks):
    between_looks([lambda: None, lambda: GrowingRun(folder).write(falling(0, 20))])
    assert [one.run_id for one in seen(folder)[0].changed] == ["run-8"]


def test_where_no_run_comes_it_is_said(folder, between_looks):
    between_looks([])
    with pytest.raises(InputError, match=r"no event file came to .* within 5 s"):
        seen(folder)


def test_a_run_of_one_step_and_a_run_without_a_step_have_a_clear_answer(folder):
    GrowingRun(folder / "one").write([1.0])
    GrowingRun(folder / "none").write([])
    none, one = look(folder, BUNDLE)
    assert (none.step, none.probability, none.verdict) == (None, None, Verdict.NOT_JUDGED)
    assert "no risk yet" in state_of(none)
    assert one.step == 0
    assert one.probability is None or 0 <= one.probability <= 1


def test_a_run_like_no_other_is_said_to_be_unknown(folder):
    GrowingRun(folder).write(rising(0, 40))
    [sight] = look(folder, bundle_of(loss_change=4.0, knows_all=False))
    assert sight.abstains
    assert not sight.flagged
    assert "outside of what the model knows" in state_of(sight)


def test_how_a_run_will_fail_is_said_while_it_has_not(folder):
    GrowingRun(folder).write([1.0 + 0.001 * step for step in range(40)])
    bundle = bundle_of(intercept=4.0, kinds=kinds_of(loss_change=100.0))
    [sight] = look(folder, bundle)
    assert (sight.expected_kind.kind, sight.flagged) == ("at_chance", True)
    assert "most likely at chance (" in state_of(sight)


def test_the_state_of_a_run_is_a_line_with_its_evidence_below(folder):
    GrowingRun(folder).write(rising(0, 40))
    [sight] = look(folder, BUNDLE)
    assert state_of(sight).startswith("run-8 at step 39: risk 9")
    assert state_of(sight).endswith(f", flagged, failed already: diverged; {sight.verdict}")
    evidence = list(evidence_of(sight))
    assert evidence[0].startswith("raises the risk: ")
    assert any(line.startswith(("error: ", "warning: ")) for line in evidence)


def test_features_of_a_log_folder_are_those_of_its_landmarks(folder):
    GrowingRun(folder).write(rising(0, 40))
    [view] = read_views(folder)
    rows = feature_rows(view)
    assert [row["cutoff_step"] for row in rows] == [9, 39]
    assert {row["run_id"] for row in rows} == {"run-8"}
