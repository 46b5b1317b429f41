"""Which runs a zoo holds."""

import json
import os
from collections import Counter
from dataclasses import replace

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest

from insight_lib.dissection.rules import RULES
from insight_lib.errors import InputError
from insight_lib.fault_types import FaultType
from insight_lib.zoo import plan_runs
from insight_lib.zoo.building import altered
from insight_lib.zoo.faults import BASIC_FAULTS, FAULTS, HEALTHY, TWINS
from insight_lib.zoo.loops import LOOP_FAULTS, LOOPS
from insight_lib.zoo.programs import BASIC_PROGRAMS, PROGRAMS

KNOWN_RULES = {rule.name for rule in RULES}
BASIC = list(FAULTS)[:BASIC_FAULTS]


@pytest.mark.parametrize("seed", range(5))
def test_the_first_thirteen_runs_hold_every_basic_fault_and_each_basic_program_healthy(seed):
    plan = plan_runs(13, seed)
    assert {run.fault for run in plan} == {*BASIC, HEALTHY}
    healthy = {run.program for run in plan if run.fault == HEALTHY}
    assert healthy == set(list(PROGRAMS)[:BASIC_PROGRAMS])


def test_the_same_seed_gives_the_same_plan_and_another_seed_another():
    assert plan_runs(30, 4) == plan_runs(30, 4)
    assert plan_runs(30, 4) != plan_runs(30, 5)


def test_a_smaller_zoo_is_the_start_of_a_larger_one_but_for_its_seeds():
    small, large = plan_runs(9, 4), plan_runs(40, 4)
    assert [replace(run, seed=0) for run in small] == [replace(run, seed=0) for run in large[:9]]


def test_about_half_of_a_large_zoo_is_healthy_and_faults_and_programs_are_even():
    plan = plan_runs(600, 0)
    by_fault = Counter(run.fault for run in plan)
    assert 295 <= by_fault.pop(HEALTHY) <= 305
    assert max(by_fault.values()) - min(by_fault.values()) <= 1
    plain = Counter(run.program for run in plan if run.fault == HEALTHY and not run.twin)
    assert max(plain.values()) - min(plain.values()) <= 1
    twins = Counter(run.twin for run in plan if run.twin)
    assert twins.keys() == TWINS.keys()
    assert max(twins.values()) - min(twins.values()) <= 1
    assert all(
        run.fault == HEALTHY and run.program in TWINS[run.twin].programs for run in plan if run.twin
    )
    shown = {(run.fault, run.program) for run in plan if run.fault != HEALTHY}
    assert shown == {
        (fault.name, name)
        for fault in (*FAULTS.values(), *LOOP_FAULTS.values())
        for name in fault.programs
    }


def test_every_seed_and_directory_differs_and_no_directory_reveals_the_fault():
    plan = plan_runs(60, 1)
    assert len({run.seed for run in plan}) == 60
    assert [run.directory for run in plan[:2]] == ["run-0000", "run-0001"]


@pytest.mark.parametrize(("runs", "seed"), [(0, 1), (-1, 1), (5, -1)])
def test_an_impossible_zoo_is_refused(runs, seed):
    with pytest.raises(InputError, match="ask for 1 run or more"):
        plan_runs(runs, seed)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.name)
def test_a_fault_expects_known_rules_and_blames_layers_of_its_model(fault):
    assert fault.expected
    assert set(fault.expected) <= KNOWN_RULES
    for name in fault.programs:
        program, rng = PROGRAMS[name], np.random.default_rng(0)
        settings = fault.inject(program.settings(rng))
        data = fault.spoil(program.load(settings, rng), rng)
        model = altered(program.build(settings, data), settings)
        assert set(fault.blamed(settings)) <= {layer.name for layer in model.layers}


@pytest.mark.parametrize(
    "fault", [*FAULTS.values(), *LOOP_FAULTS.values()], ids=lambda fault: fault.name
)
def test_a_fault_is_of_parts_that_a_finding_can_name(fault):
    assert fault.fault_types
    assert len(set(fault.fault_types)) == len(fault.fault_types)
    assert FaultType.OTHER not in fault.fault_types


@pytest.mark.parametrize("twin", TWINS.values(), ids=lambda twin: twin.name)
def test_a_twin_changes_what_its_programs_are(twin):
    assert twin.name not in {*FAULTS, *LOOP_FAULTS, HEALTHY}
    for name in twin.programs:
        program, rng = PROGRAMS[name], np.random.default_rng(0)
        before = program.settings(rng)
        after = twin.inject(before)
        data = program.load(after, rng)
        altered(program.build(after, data), after)
        assert after != before or twin.spoil(data, rng) is not data


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.name)
def test_the_recorded_hyper_parameters_do_not_name_the_fault(fault):
    for name in fault.programs:
        healthy = PROGRAMS[name].settings(np.random.default_rng(0))
        hparams = fault.inject(healthy).hparams()
        assert hparams.keys() == healthy.hparams().keys()
        assert fault.name not in json.dumps(hparams)


@pytest.mark.parametrize("fault", LOOP_FAULTS.values(), ids=lambda fault: fault.name)
def test_a_fault_of_a_loop_expects_known_rules_and_changes_its_settings(fault):
    assert fault.expected
    assert set(fault.expected) <= KNOWN_RULES
    for name in fault.programs:
        healthy = LOOPS[name].settings(np.random.default_rng(0))
        assert fault.inject(healthy) != healthy


def test_an_option_that_a_loop_does_not_have_is_refused():
    settings = LOOPS["digits_gan"].settings(np.random.default_rng(0))
    with pytest.raises(KeyError, match="no option entropy"):
        settings.having(entropy=1.0)
