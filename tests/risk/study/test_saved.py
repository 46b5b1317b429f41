import numpy as np
import pytest

from tests.bench.risk.saved import Course, course_of, lead, saving, threshold_for

NAN = np.nan
COURSE = Course(
    shares=np.array([0.1, 0.25, 0.5]),
    scores=np.array([[0.2, 0.9, 0.9], [0.1, 0.1, 0.6], [0.5, 0.3, 0.1], [0.1, 0.2, NAN]]),
    failed=np.array([True, True, False, False]),
    programs=np.array(["a", "a", "b", "b"]),
)


def test_a_run_is_stopped_where_it_is_first_flagged():
    found = saving(COURSE, 0.55)
    assert found.saved == pytest.approx((0.75 + 0.5) / 4)
    assert (found.healthy_stopped, found.failed_stopped) == (0, 1)
    assert found.wasted_before == 0.5


def test_stopping_a_healthy_run_saves_nothing():
    found = saving(COURSE, 0.4)
    assert found.healthy_stopped == 0.5
    assert found.saved == pytest.approx((0.75 + 0.5) / 4)


def test_the_threshold_stops_no_more_healthy_runs_than_allowed():
    assert threshold_for(COURSE, 0.0) == 0.5
    assert threshold_for(COURSE, 0.5) == 0.2
    assert saving(COURSE, threshold_for(COURSE, 0.5)).healthy_stopped == 0.5


def test_rows_become_courses_whatever_their_order():
    rows = [(run, column) for run in range(4) for column in range(3)]
    rows = [(r, c) for r, c in rows if not np.isnan(COURSE.scores[r, c])][::-1]
    laid = course_of(
        np.array([f"run {r}" for r, _ in rows]),
        np.array([COURSE.shares[c] for _, c in rows]),
        np.array([COURSE.scores[r, c] for r, c in rows]),
        np.array([COURSE.failed[r] for r, _ in rows]),
        np.array([COURSE.programs[r] for r, _ in rows]),
    )
    np.testing.assert_array_equal(laid.scores, COURSE.scores)
    np.testing.assert_array_equal(laid.failed, COURSE.failed)


def test_the_lead_is_from_the_flag_to_the_failure():
    found = lead(COURSE, 0.55, np.array([1.0, 0.7, NAN, NAN]))
    np.testing.assert_allclose(found, [0.75, 0.2, NAN, NAN])
    assert np.isnan(lead(COURSE, 0.95, np.array([1.0, 0.7, NAN, NAN]))).all()
