"""Which runs a wide zoo holds, and what sampled settings are."""

import os
from collections import Counter

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest

from insight_lib.errors import InputError
from insight_lib.zoo import plan_wide_runs
from insight_lib.zoo.faults import FAULTS, HEALTHY
from insight_lib.zoo.loops import LOOP_FAULTS, LOOPS
from insight_lib.zoo.programs import PROGRAMS
from insight_lib.zoo.sampling import sampled, sampled_loop
from insight_lib.zoo.shard import Shard

PLAN = plan_wide_runs(1200, 0)


def test_programs_take_turns():
    runs = Counter(run.program for run in PLAN)
    assert set(runs) == {*PROGRAMS, *LOOPS}
    assert max(runs.values()) - min(runs.values()) <= 1


def test_a_fault_is_injected_where_it_shows_at_several_strengths():
    faults = {**FAULTS, **LOOP_FAULTS}
    faulty = [run for run in PLAN if run.fault != HEALTHY]
    assert all(run.program in faults[run.fault].programs for run in faulty)
    assert len({run.strength for run in faulty}) == 4
    assert 0.2 < len(faulty) / len(PLAN) < 0.45


def test_a_run_is_sampled_or_faulty_or_as_it_is():
    assert not any(run.is_sampled and run.fault != HEALTHY for run in PLAN)
    kinds = Counter((run.is_sampled, run.fault == HEALTHY) for run in PLAN)
    assert kinds[True, True] > kinds[False, True] > 200


def test_a_longer_plan_begins_with_the_shorter_one():
    assert plan_wide_runs(100, 0) == PLAN[:100]
    assert plan_wide_runs(100, 1) != PLAN[:100]


@pytest.mark.parametrize(("runs", "seed"), [(0, 1), (5, -1)])
def test_a_plan_of_nothing_is_refused(runs, seed):
    with pytest.raises(InputError, match="ask for 1 run or more"):
        plan_wide_runs(runs, seed)


def test_shards_hold_each_run_once():
    parts = [Shard(number, 7).of(PLAN) for number in range(1, 8)]
    assert sorted(run.index for part in parts for run in part) == list(range(len(PLAN)))


@pytest.mark.parametrize("written", ["", "1", "0/4", "5/4", "1/0", "a/b", "-1/4"])
def test_a_part_that_does_not_exist_is_refused(written):
    with pytest.raises(InputError, match="write 1/8"):
        Shard.parse(written)


def test_a_part_is_read_as_it_is_written():
    assert Shard.parse("2/8") == Shard(2, 8)


def test_sampled_settings_reach_from_far_too_low_to_far_too_high():
    rng = np.random.default_rng(0)
    own = PROGRAMS["wine_mlp"].settings(rng)
    drawn = [sampled(own, rng) for _ in range(400)]
    rates = [settings.learning_rate for settings in drawn]
    assert min(rates) < 1e-4
    assert max(rates) > 0.3
    assert {1, 6} <= {len(settings.hidden) for settings in drawn}
    assert np.mean([settings.learning_rate == own.learning_rate for settings in drawn]) > 0.4


def test_sampled_settings_of_a_loop_stay_of_its_kind():
    rng = np.random.default_rng(0)
    own = LOOPS["digits_gan"].settings(rng)
    drawn = [sampled_loop(own, rng) for _ in range(100)]
    assert all(settings.options == own.options for settings in drawn)
    assert min(settings.batch_size for settings in drawn) >= 1
    assert len({settings.learning_rate for settings in drawn}) > 20
