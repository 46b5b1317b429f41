"""Which runs a zoo holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice

import numpy as np

from insight_lib.errors import InputError
from insight_lib.zoo.faults import BASIC_FAULTS, FAULTS, HEALTHY, TWINS
from insight_lib.zoo.faults.fault import Fault
from insight_lib.zoo.loops import LOOP_FAULTS, LOOPS, LoopFault
from insight_lib.zoo.programs import BASIC_PROGRAMS, PROGRAMS

_LARGEST_SEED = 2**31
_Choice = tuple[str, str, str]  # program, fault, twin


@dataclass(frozen=True)
class ZooRun:
    """One run: ``fault`` is the name of a fault or ``healthy``; ``seed`` fixes all else.

    ``twin`` names the twin of a fault that a healthy run is, if any. ``strength`` of the fault is
    above 0, up to 1; ``is_sampled`` says whether a healthy run's settings are drawn widely.
    """

    index: int
    program: str
    fault: str
    seed: int
    twin: str = ""
    strength: float = 1.0
    is_sampled: bool = False

    @property
    def directory(self) -> str:
        """Name of the run's directory; it tells nothing of the fault."""
        return f"run-{self.index:04d}"


def plan_runs(runs: int, seed: int) -> list[ZooRun]:
    """Choose program, fault and seed of each run; the same arguments give the same plan.

    The first 13 runs, in an order drawn by ``seed``, hold each of the eight basic faults once and
    each of the five basic programs healthy once; after them, healthy and faulty runs keep in
    balance, and all programs and faults take turns. A twin is a healthy run: after each round of
    all programs as they are comes one of all twins.

    Raises:
        InputError: ``runs`` is below 1, or ``seed`` is negative.
    """
    if runs < 1 or seed < 0:
        raise InputError(f"{runs} runs with seed {seed}; ask for 1 run or more, and a seed from 0")
    rng = np.random.default_rng(seed)
    choices = list(islice(_choices(rng), runs))
    seeds = rng.integers(_LARGEST_SEED, size=runs)
    return [
        ZooRun(index, program, fault, int(seeds[index]), twin)
        for index, (program, fault, twin) in enumerate(choices)
    ]


def _choices(rng: np.random.Generator) -> Iterator[_Choice]:
    faulty, healthy = _faulty(), _healthy()
    first = [next(faulty) for _ in range(BASIC_FAULTS)]
    first += [next(healthy) for _ in range(BASIC_PROGRAMS)]
    for place in rng.permutation(len(first)):
        yield first[place]
    surplus = BASIC_FAULTS - BASIC_PROGRAMS
    while True:
        yield next(healthy) if surplus > 0 else next(faulty)
        surplus += -1 if surplus > 0 else 1


def _healthy() -> Iterator[_Choice]:
    """Yield each program as it is in turn, then each twin on the next of its programs."""
    for turn in count():
        for program in (*PROGRAMS, *LOOPS):
            yield program, HEALTHY, ""
        for twin in TWINS.values():
            yield twin.programs[turn % len(twin.programs)], HEALTHY, twin.name


def _faulty() -> Iterator[_Choice]:
    """Yield each fault in turn, each time on the next of its programs."""
    for turn in count():
        faults: tuple[Fault | LoopFault, ...] = (*FAULTS.values(), *LOOP_FAULTS.values())
        for fault in faults:
            yield fault.programs[turn % len(fault.programs)], fault.name, ""
