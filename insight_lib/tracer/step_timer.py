"""Runs each training step untraced or traced, as the cadence has it."""

import time
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

from insight_lib.tracer.cadence import Cadence
from insight_lib.tracer.step_counter import StepCounter

P = ParamSpec("P")
R = TypeVar("R")
Signals = Mapping[str, float]
# Given the step, what was captured and the seconds of an untraced step; returns the signals.
OnTraced = Callable[[int, Any, float | None], Signals]


class StepTimer:
    """Counts down to the next traced step; an untraced one costs a comparison and two clock reads.

    Args:
        cadence: how far it is from one traced step to the next.
        counter: numbers the steps; its owner counts on.
        on_traced: called after a traced step with its number, what was captured, and the mean
            seconds of an untraced step since the last traced one (None where there was none; the
            first one compiles and does not count).
    """

    def __init__(self, cadence: Cadence, counter: StepCounter, on_traced: OnTraced) -> None:
        self._cadence = cadence
        self._counter = counter
        self._on_traced = on_traced
        self._left = 0
        self._clock = _StepClock()
        self._compiled = False

    @property
    def is_due(self) -> bool:
        """Return whether the next step is to be traced."""
        return self._left <= 0

    def untraced(self, step: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run an untraced step."""
        start = time.perf_counter()
        result = step(*args, **kwargs)
        self._clock.add(time.perf_counter() - start)
        self._left -= 1
        return result

    def traced(self, step: Callable[[], tuple[R, Any]]) -> R:
        """Run a traced step, which returns its result and what was captured.

        One that raises stays due.
        """
        start = time.perf_counter()
        number = self._counter.next
        result, captured = step()
        step_s = self._clock.take_mean()
        signals = self._on_traced(number, captured, step_s)
        extra_s = time.perf_counter() - start - (step_s or 0.0)
        # The first one compiles.
        known = extra_s if self._compiled and step_s is not None else None
        self._compiled = True
        self._left = self._cadence.gap_after(number, signals, known, step_s) - 1
        return result


class _StepClock:
    """Mean duration of the untraced steps."""

    def __init__(self) -> None:
        self._compiled = False
        self._total_s, self._count = 0.0, 0

    def add(self, seconds: float) -> None:
        if self._compiled:
            self._total_s += seconds
            self._count += 1
        self._compiled = True

    def take_mean(self) -> float | None:
        total_s, count = self._total_s, self._count
        self._total_s, self._count = 0.0, 0
        return total_s / count if count else None
