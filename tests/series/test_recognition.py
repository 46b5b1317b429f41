"""Roles that a table holds, and series that came after it was written."""

import numpy as np
import pytest

from insight_lib.series.override import Override
from insight_lib.series.recognition import Known, Recognised
from insight_lib.series.role import Phase, Role, SeriesRole
from insight_lib.series.series import Series

LOSS, NEW = (".", "loss"), (".", "cost of a step")
IN_TABLE = SeriesRole(role=Role.KL, why="the table")


@pytest.fixture
def known():
    overrides = (Override("cost*", role=Role.VALUE_LOSS),)
    return Known({"run": {LOSS: IN_TABLE, (".", "gone"): IN_TABLE}}, Recognised(overrides))


def series(*keys):
    return {key: Series(np.arange(2), np.array([1.0, 0.5])) for key in keys}


def test_the_table_says_what_the_series_of_a_run_are(known):
    assert known.roles("run", series(LOSS)) == {LOSS: IN_TABLE}


def test_a_series_that_the_table_lacks_is_recognised_by_the_configuration_too(known):
    found = known.roles("run", series(LOSS, NEW))
    assert [about.role for about in found.values()] == [Role.KL, Role.VALUE_LOSS]


def test_a_run_that_the_table_lacks_is_recognised(known):
    assert known.roles("other", series(LOSS))[LOSS].role is Role.TOTAL_LOSS


@pytest.mark.parametrize(
    ("run_id", "phase"),
    [
        ("model/eval", Phase.VALIDATION),
        ("model/lr-0.1", Phase.TRAIN),
        ("model/dev", Phase.TRAIN),
        ("model/eval/seed-1", Phase.TRAIN),
    ],
)
def test_what_an_evaluation_left_alone_is_held_out(run_id, phase):
    assert Recognised().roles(run_id, series(LOSS))[LOSS].phase is phase


def test_a_stream_says_more_than_the_folder_of_its_run():
    found = Recognised().roles("model/eval", series(("train", "loss")))
    assert found["train", "loss"].phase is Phase.TRAIN
