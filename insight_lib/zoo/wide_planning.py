"""Which runs a wide zoo holds: many programs, faults of many strengths, sampled settings."""

import numpy as np

from insight_lib.errors import InputError
from insight_lib.zoo.faults import FAULTS, HEALTHY, Fault
from insight_lib.zoo.loops import LOOP_FAULTS, LOOPS, LoopFault
from insight_lib.zoo.planning import ZooRun
from insight_lib.zoo.programs import PROGRAMS

# Of the runs; among the sampled ones most train well, so that over half of all runs are healthy.
_AS_THEY_ARE = 0.25
_WITH_FAULT = 0.35
_STRENGTHS = (1.0, 0.6, 0.3, 0.1)
_LARGEST_SEED = 2**31


def plan_wide_runs(runs: int, seed: int) -> list[ZooRun]:
    """Choose program, change and seed of each run; the same arguments give the same plan.

    Programs take turns. A run is its program as it is, or has a fault that is made for it, of one
    of a few strengths, or has settings that are sampled. A longer plan begins with the shorter one.

    Raises:
        InputError: ``runs`` is below 1, or ``seed`` is negative.
    """
    if runs < 1 or seed < 0:
        raise InputError(f"{runs} runs with seed {seed}; ask for 1 run or more, and a seed from 0")
    programs = (*PROGRAMS, *LOOPS)
    return [_run(index, programs[index % len(programs)], seed) for index in range(runs)]


def _run(index: int, program: str, seed: int) -> ZooRun:
    rng = np.random.default_rng([seed, index])
    own_seed, share = int(rng.integers(_LARGEST_SEED)), rng.random()
    if share < _AS_THEY_ARE:
        return ZooRun(index, program, HEALTHY, own_seed)
    faults = _faults_of(program)
    if share < _AS_THEY_ARE + _WITH_FAULT and faults:
        fault, strength = str(rng.choice(faults)), float(rng.choice(_STRENGTHS))
        return ZooRun(index, program, fault, own_seed, strength=strength)
    return ZooRun(index, program, HEALTHY, own_seed, is_sampled=True)


def _faults_of(program: str) -> list[str]:
    every: tuple[Fault | LoopFault, ...] = (*FAULTS.values(), *LOOP_FAULTS.values())
    return [fault.name for fault in every if program in fault.programs]
