"""The word for a run that is silent, on both sides of each threshold."""

import numpy as np
import pyarrow as pa
import pytest

from insight_lib.events.runs.run_state import (
    LEAST_GAPS,
    PATIENCE,
    end_said,
    has_gone_on,
    state_of_silence,
)
from insight_lib.events.runs.silence import longest_gaps, minutes_written

NOW_S = 1_800_000_000.0
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


def state(silent_s, gap_s=MINUTE, is_short=True, said=None):
    return state_of_silence(said, is_short, NOW_S - silent_s, gap_s, NOW_S)


@pytest.mark.parametrize(
    ("gap_s", "patience_s"),
    [
        (MINUTE, HOUR),  # no pause of minutes is an end
        (20 * MINUTE, HOUR),
        (2 * HOUR, 6 * HOUR),  # three times the longest before
        (30 * DAY, 7 * DAY),  # nobody waits longer
        (None, DAY),  # of few pauses nothing is known
    ],
)
def test_a_run_goes_on_until_it_is_silent_for_much_longer_than_before(gap_s, patience_s):
    assert state(patience_s - 1, gap_s) == "running"
    assert state(patience_s, gap_s) == "stalled"


@pytest.mark.parametrize(
    ("gap_s", "crashed_s"), [(MINUTE, DAY), (2 * HOUR, DAY), (6 * HOUR, 36 * HOUR), (None, 2 * DAY)]
)
def test_a_run_that_stands_still_for_a_day_has_crashed(gap_s, crashed_s):
    assert state(crashed_s - 1, gap_s) == "stalled"
    assert state(crashed_s, gap_s) == "crashed"


def test_a_silent_run_at_its_planned_length_has_finished():
    assert state(HOUR, is_short=False) == "finished"
    assert state(HOUR - 1, is_short=False) == "running"


@pytest.mark.parametrize("silent_s", [HOUR, 100 * DAY])
def test_a_silent_run_of_which_no_length_is_known_has_ended_one_way_or_the_other(silent_s):
    assert state(silent_s, is_short=None) == "ended"


@pytest.mark.parametrize("said", ["finished", "failed"])
def test_a_silent_run_has_ended_as_it_said(said):
    assert state(HOUR, said=said) == said
    assert state(HOUR - 1, said=said) == "running"


def test_a_clock_that_is_ahead_says_nothing_from_a_day_on():
    assert state(1 - DAY) == "running"
    assert state(-DAY) == "ended"
    assert state(-DAY, said="failed") == "failed"
    assert state_of_silence(None, True, None, MINUTE, NOW_S) == "ended"


@pytest.mark.parametrize(
    ("said", "told", "tags"),
    [
        (None, None, {"loss"}),
        ("finished", None, {"train/train_runtime"}),
        ("failed", "failed", {"train/train_runtime"}),
        (None, "running", {"train/train_runtime"}),
    ],
)
def test_a_run_says_how_it_ended(said, told, tags):
    assert end_said(told, tags) == said


def test_a_run_goes_on_after_an_end_when_it_writes_a_minute_later():
    assert not has_gone_on(10.0, 70.0)
    assert has_gone_on(10.0, 70.1)
    assert not has_gone_on(None, 70.1)
    assert not has_gone_on(10.0, None)


def test_the_longest_of_ten_random_pauses_is_passed_threefold_once_in_286():
    pauses = np.random.default_rng(0).exponential(size=(400_000, LEAST_GAPS + 1))
    share = np.mean(pauses[:, -1] > PATIENCE * pauses[:, :-1].max(axis=1))
    n = LEAST_GAPS
    assert share == pytest.approx(6 / ((n + 1) * (n + 2) * (n + 3)), rel=0.1)


def written(**runs):
    rows = [(run, float(at)) for run, times in runs.items() for at in times]
    return pa.table({"run_id": [r for r, _ in rows], "wall_time": [t for _, t in rows]})


def longest(tags=("loss",), **runs):
    return longest_gaps(minutes_written(written(**runs)), dict.fromkeys(runs, tags))


def test_the_longest_gap_is_that_between_two_minutes_in_which_a_run_wrote():
    even = [MINUTE * n for n in range(1, 12)]
    late = [*even, even[-1] + 30 * MINUTE]
    found = longest(even=even, late=late[::-1], few=even[:10])
    assert found == {"even": MINUTE, "late": 30 * MINUTE}


def test_gaps_are_counted_by_points_of_a_tag_however_close():
    seconds = [1e9 + n / 10 for n in range(22)]
    assert longest(a=seconds) == longest(("loss", "lr"), a=seconds) == {"a": MINUTE}
    assert longest(("loss", "lr", "accuracy"), a=seconds) == {}


def test_the_longest_gap_does_not_depend_on_how_the_rows_are_read():
    times = np.random.default_rng(1).uniform(1e9, 1e9 + DAY, 500)
    rows, tags = written(a=times), {"a": ["loss"]}
    parts = pa.concat_tables([minutes_written(rows.slice(at, 7)) for at in range(0, 500, 7)])
    assert longest_gaps(parts, tags) == longest_gaps(minutes_written(rows), tags)


def test_a_damaged_clock_makes_no_gap():
    even = [1e9 + MINUTE * n for n in range(11)]
    broken = [0.0, -1.0, float("nan"), float("inf"), 1e300]
    assert longest(a=[*even, *broken]) == {"a": MINUTE}
    assert longest(a=[*even[1:], *broken]) == {}
