"""Which steps are traced."""

import math
import statistics
from collections import deque
from collections.abc import Callable, Mapping

from insight_lib.tracer.arguments import check_every

DENSE_STEPS = 10
# Where something goes wrong is then known to within 15 % of its step, or the cap.
GROWTH = 0.15
LARGEST_GAP = 1000
# Before it nothing but the growth counts: a loss that just began to fall always moves. From here on
# the traced steps' own cost is at most that share of the training's time.
FREE_STEPS = 50
BUDGET = 0.02
# A loss or gradient norm that doubled or halved since the last traced step has moved.
MOVED_BY = 2.0
# The gap is halved while something moves, down to that part of it.
MOST_DENSE = 8
# A training of one or two epochs is judged by what lies within them, so that these have points all
# the way, whatever tracing costs: a bounded number of steps.
COUNTED_EPOCHS = 2
POINTS_OF_AN_EPOCH = 5
_REMEMBERED = 5


class Cadence:
    """Traces steps 0 to 9, then at gaps that grow by 15 % of the step up to 1,000 steps.

    From step 50 on the gap is halved from traced step to traced step while a signal moves, down to
    an eighth, and doubles back when it rests; but no gap is so short that tracing costs more than
    2 % of the time of the steps in it. Where the length of an epoch is known, no gap in the first
    two epochs is longer than a fifth of it, whatever tracing costs. So which steps are traced
    depends on the measured times and on the signals; with ``every`` on nothing.

    Args:
        every: the gap between traced steps, at least 1, instead of the above.
        next_chosen: gives the next step after one that is to be traced whatever the gap.

    Raises:
        InputError: ``every`` is no whole number of at least 1.
    """

    def __init__(
        self,
        every: int | None = None,
        next_chosen: Callable[[int], int | None] = lambda _: None,
    ) -> None:
        if every is not None:
            check_every(every)
        self._every = every
        self._next_chosen = next_chosen
        self._density = 1
        self._counted = range(0)
        self._epoch_gap = LARGEST_GAP
        self._signals: dict[str, float] = {}
        self._extra_s: deque[float] = deque(maxlen=_REMEMBERED)
        self._step_s: deque[float] = deque(maxlen=_REMEMBERED)

    def expect_epochs(self, first_step: int, steps: int) -> None:
        """Learn the number of steps of an epoch, at least 1, and at which step the first begins."""
        self._counted = range(first_step, first_step + COUNTED_EPOCHS * steps)
        self._epoch_gap = max(steps // POINTS_OF_AN_EPOCH, 1)

    def gap_after(
        self,
        step: int,
        signals: Mapping[str, float],
        extra_s: float | None = None,
        step_s: float | None = None,
    ) -> int:
        """Return after how many steps the next one is traced, at least 1.

        Args:
            step: the step that was traced, counted from 0.
            signals: its loss and gradient norm, where known.
            extra_s: seconds that it took beyond an untraced one; None where they tell nothing.
            step_s: seconds of an untraced step before it, likewise.
        """
        gap = self._gap(step, signals, extra_s, step_s)
        chosen = self._next_chosen(step)
        return gap if chosen is None else min(gap, chosen - step)

    def _gap(
        self, step: int, signals: Mapping[str, float], extra_s: float | None, step_s: float | None
    ) -> int:
        if self._every is not None:
            return self._every
        self._note(signals, extra_s, step_s)
        if step < DENSE_STEPS:
            return 1
        grown = min(step * GROWTH, LARGEST_GAP)
        if step < FREE_STEPS:
            return max(int(grown), 1)
        gap = max(math.ceil(self._affordable_gap()), int(grown / self._density), 1)
        return min(gap, self._epoch_gap) if step in self._counted else gap

    def _note(
        self, signals: Mapping[str, float], extra_s: float | None, step_s: float | None
    ) -> None:
        moved = any(_moved(self._signals[n], v) for n, v in signals.items() if n in self._signals)
        self._density = min(self._density * 2, MOST_DENSE) if moved else max(self._density // 2, 1)
        self._signals = dict(signals)
        if extra_s is not None:
            self._extra_s.append(extra_s)
        if step_s is not None:
            self._step_s.append(step_s)

    def _affordable_gap(self) -> float:
        """Return the gap at which tracing takes its budget; a single slow step tells nothing."""
        if not self._extra_s or not self._step_s:
            return 0.0
        step_s = max(min(self._step_s), 1e-9)
        return statistics.median(self._extra_s) / (BUDGET * step_s)


def _moved(last: float, now: float) -> bool:
    if not (math.isfinite(last) and math.isfinite(now)):
        return math.isfinite(last) != math.isfinite(now)
    low, high = sorted((abs(last), abs(now)))
    return high > MOVED_BY * low
