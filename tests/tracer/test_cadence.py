"""Which steps are traced."""

from itertools import pairwise

import pytest

from insight_lib.errors import InputError
from insight_lib.tracer.cadence import LARGEST_GAP, Cadence


def traced(cadence, steps):
    found = []
    for step in steps:
        if cadence.is_due(step):
            cadence.advance(step)
            found.append(step)
    return found


def test_the_first_ten_steps_are_traced_and_then_gaps_grow_by_fifteen_percent():
    steps = traced(Cadence(), range(200))
    assert steps[:10] == list(range(10))
    assert all(b - a <= max(1, 0.15 * a) for a, b in pairwise(steps))
    assert len(steps) < 45


def test_no_gap_exceeds_the_cap():
    steps = traced(Cadence(), range(20_000))
    assert max(b - a for a, b in pairwise(steps)) == LARGEST_GAP


def test_a_fixed_cadence_traces_every_so_many_steps():
    assert traced(Cadence(7), range(30)) == [0, 7, 14, 21, 28]


def test_a_training_that_continues_traces_its_first_step():
    assert traced(Cadence(), range(5000, 5003)) == [5000]


def test_a_step_that_was_due_and_did_not_happen_stays_due():
    cadence = Cadence(5)
    assert cadence.is_due(0)
    assert cadence.is_due(0)


@pytest.mark.parametrize("every", [0, -3])
def test_a_cadence_below_one_step_is_refused(every):
    with pytest.raises(InputError, match="give 1 or more"):
        Cadence(every)
