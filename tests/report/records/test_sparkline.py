"""The small pictures of findings."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.dissection.findings.finding import series
from insight_lib.report.records.sparkline import HEIGHT, WIDTH, sparkline
from insight_lib.strict_json import strict_json


def drawn(values, steps=None):
    steps = np.arange(len(values)) if steps is None else np.array(steps)
    evidence = strict_json(series("ratio", steps, np.array(values, float)))
    return sparkline(json.loads(json.dumps(evidence, allow_nan=False)))


def coordinates(picture):
    return [
        [tuple(map(float, point.split(","))) for point in line.split()] for line in picture.lines
    ]


def test_the_least_is_at_the_bottom_the_greatest_at_the_top_and_steps_go_right():
    picture = drawn([1.0, 3.0, 2.0], steps=[0, 10, 40])
    assert coordinates(picture) == [[(0.0, HEIGHT), (WIDTH / 4, 0.0), (WIDTH, HEIGHT / 2)]]
    assert (picture.name, picture.low, picture.high) == ("ratio", 1.0, 3.0)
    assert (picture.first_step, picture.last_step, picture.logarithmic) == (0, 40, False)


def test_what_spans_orders_of_magnitude_is_drawn_by_its_logarithm():
    picture = drawn([1e-6, 1e-3, 1.0])
    assert picture.logarithmic
    assert [y for _, y in coordinates(picture)[0]] == [HEIGHT, HEIGHT / 2, 0.0]


def test_what_is_no_number_leaves_a_gap_and_a_lonely_number_is_a_dot():
    picture = drawn([1.0, 2.0, np.nan, 1.5, np.inf, 2.0, 1.0])
    first, dot, last = coordinates(picture)
    assert len(first) == len(last) == 2
    assert dot[0] == dot[1]


@pytest.mark.parametrize("values", [[], [1.0], [np.nan, 1.0, np.inf]])
def test_fewer_than_two_numbers_are_no_picture(values):
    assert drawn(values) is None


def test_evidence_without_a_series_is_no_picture():
    assert sparkline({"ratio": 3}) is None
    assert sparkline({"series_steps": "0", "series_values": 3}) is None


@given(values=st.lists(st.floats(), min_size=2, max_size=80))
def test_whatever_the_numbers_the_picture_stays_in_its_frame(values):
    picture = drawn(values)
    for line in [] if picture is None else coordinates(picture):
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in line)
