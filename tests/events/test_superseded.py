"""Which records are current, against TensorBoard's accumulator where the two agree."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from insight_lib.events.superseded import current_mask, goes_back, is_stepless


def mask_of(*steps):
    return current_mask(np.array(steps, np.int64)).tolist()


def test_rising_steps_are_all_current():
    assert mask_of(0, 1, 5) == [True, True, True]


def test_a_step_written_twice_counts_the_last_time():
    assert mask_of(1, 2, 2, 3) == [True, False, True, True]


def test_a_restart_supersedes_what_lay_at_or_after_its_step():
    assert mask_of(1, 2, 3, 4, 3, 4) == [True, True, False, False, True, True]


def test_a_superseded_record_stays_so_after_a_second_restart():
    assert mask_of(1, 5, 3, 2, 9) == [True, False, False, True, True]


def test_a_restart_goes_back_and_a_step_written_twice_in_a_row_does_not():
    assert goes_back(np.array([1, 2, 3, 2, 3]))
    assert not goes_back(np.array([1, 2, 2, 3, 3, 3]))
    assert not goes_back(np.array([], np.int64))


def test_a_series_of_one_step_is_stepless_but_not_an_evaluation_that_each_restart_did_again():
    assert is_stepless(np.zeros(3, np.int64), files=1)
    assert is_stepless(np.full(6, 7), files=2)
    assert not is_stepless(np.zeros(2, np.int64), files=1)
    assert not is_stepless(np.zeros(5, np.int64), files=5)
    assert not is_stepless(np.array([0, 0, 0, 1]), files=1)


def test_no_records_have_no_current_one():
    assert mask_of() == []


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=20))
def test_each_mark_follows_the_definition(steps):
    expected = [all(later > step for later in steps[i + 1 :]) for i, step in enumerate(steps)]
    assert mask_of(*steps) == expected


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=15, unique=True))
def test_tensorboards_accumulator_keeps_the_same_records(tmp_path_factory, framed, scalar, steps):
    path = tmp_path_factory.mktemp("log") / "events.out.tfevents.1"
    events = [scalar("loss", step, float(place)) for place, step in enumerate(steps)]
    path.write_bytes(b"".join(framed(event.SerializeToString()) for event in events))
    kept = EventAccumulator(str(path), purge_orphaned_data=True).Reload().Scalars("loss")
    ours = [float(place) for place in np.flatnonzero(mask_of(*steps))]
    assert [point.value for point in kept] == ours
