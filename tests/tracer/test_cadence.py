"""Which steps are traced."""

from itertools import pairwise

import pytest

from insight_lib.errors import InputError
from insight_lib.tracer.cadence import LARGEST_GAP, Cadence

CALM = {"loss": 1.0, "gradient_norm": 2.0}


def traced(cadence, steps, signals=lambda _: CALM, extra_s=0.0, step_s=0.001):
    found, due = [], 0
    for step in range(steps):
        if step == due:
            found.append(step)
            due = step + cadence.gap_after(step, signals(step), extra_s, step_s)
    return found


def test_the_first_ten_steps_are_traced_and_then_gaps_grow_by_fifteen_percent():
    steps = traced(Cadence(), 200)
    assert steps[:10] == list(range(10))
    assert all(b - a <= max(1, 0.15 * a) for a, b in pairwise(steps))
    assert len(steps) < 45


def test_no_gap_exceeds_the_cap():
    steps = traced(Cadence(), 20_000)
    assert max(b - a for a, b in pairwise(steps)) == LARGEST_GAP


def test_a_fixed_cadence_traces_every_so_many_steps_whatever_they_cost_and_show():
    signals = {step: {"loss": 10.0 ** (step % 3)} for step in range(30)}
    assert traced(Cadence(7), 30, signals.get, extra_s=9.0) == [0, 7, 14, 21, 28]


@pytest.mark.parametrize("extra_steps", [0.5, 4, 100])
def test_from_step_50_on_tracing_takes_at_most_two_percent_of_the_time(extra_steps):
    steps = [s for s in traced(Cadence(), 20_000, extra_s=extra_steps / 1000) if s >= 50]
    spent = extra_steps * (len(steps) - 1)
    assert spent <= 0.02 * (steps[-1] - steps[0])


def test_the_start_is_traced_alike_whatever_tracing_costs_and_what_moves():
    cheap, expensive = (traced(Cadence(), 50, extra_s=extra_s) for extra_s in (0.0, 1.0))
    assert expensive == cheap == traced(Cadence(), 50, lambda step: {"loss": 9.0 ** (step % 2)})
    assert len(cheap) > 20


def test_one_slow_step_does_not_stretch_the_gaps():
    cadence = Cadence()
    for extra_s in (0.001, 0.001, 5.0, 0.001, 0.001):
        gap = cadence.gap_after(1000, CALM, extra_s, 0.001)
    assert gap == 150


@pytest.mark.parametrize("name", ["loss", "gradient_norm"])
def test_gaps_are_halved_while_a_signal_moves_and_double_back_when_it_rests(name):
    cadence = Cadence()
    gaps = []
    for value in (1, 1, 2.1, 9, 40, 200, 200, 200, 200, 200):
        gaps.append(cadence.gap_after(1000, CALM | {name: value}, 0.0001, 0.001))
    assert gaps == [150, 150, 75, 37, 18, 18, 37, 75, 150, 150]


def test_a_signal_that_stops_being_finite_has_moved():
    cadence = Cadence()
    cadence.gap_after(1000, CALM)
    assert cadence.gap_after(1000, CALM | {"loss": float("nan")}) == 75
    assert cadence.gap_after(1000, CALM | {"loss": float("nan")}) == 150


def test_moving_signals_do_not_overdraw_the_budget():
    def jumping(step):
        return {"loss": 3.0 ** (step % 2)}

    steps = [s for s in traced(Cadence(), 20_000, jumping, extra_s=0.003) if s >= 50]
    assert 3 * (len(steps) - 1) <= 0.02 * (steps[-1] - steps[0])


@pytest.mark.parametrize("every", [0, -3])
def test_a_cadence_below_one_step_is_refused(every):
    with pytest.raises(InputError, match="give 1 or more"):
        Cadence(every)


@pytest.mark.parametrize("length", [60, 141, 3000])
def test_the_first_two_epochs_have_points_all_the_way_whatever_tracing_costs(length):
    cadence = Cadence()
    cadence.expect_epochs(0, length)
    steps = traced(cadence, 4 * length, extra_s=0.1)
    for start in range(0, 2 * length, length):
        within = [step - start for step in steps if start <= step < start + length]
        assert len(within) >= 5
        assert within[-1] >= 0.8 * length - 1
    after = [step for step in steps if step >= 2 * length]
    assert len(after) <= 1 + 0.02 * (2 * length) / 100


def test_the_epochs_of_a_training_that_goes_on_count_from_its_first_step():
    cadence = Cadence()
    cadence.expect_epochs(10_000, 100)
    assert cadence.gap_after(10_150, CALM, 1.0, 0.001) == 20
    assert cadence.gap_after(10_200, CALM, 1.0, 0.001) > 1000
