"""Which steps are traced."""

from insight_lib.errors import InputError

DENSE_STEPS = 10
# Where something goes wrong is then known to within 15 % of its step, or the cap.
GROWTH = 0.15
LARGEST_GAP = 1000


class Cadence:
    """Traces steps 0 to 9, then at gaps that grow by 15 % of the step up to 1,000 steps.

    Args:
        every: the gap between traced steps, at least 1, instead of the above.

    Raises:
        InputError: ``every`` is below 1.
    """

    def __init__(self, every: int | None = None) -> None:
        if every is not None and every < 1:
            raise InputError(f"every is {every}, which is no number of steps; give 1 or more")
        self._every = every
        self._next = 0

    def is_due(self, step: int) -> bool:
        """Tell whether ``step``, counted from 0, is to be traced."""
        return step >= self._next

    def advance(self, step: int) -> None:
        """Note that ``step`` was traced."""
        self._next = step + (self._every or _gap(step))


def _gap(step: int) -> int:
    if step < DENSE_STEPS:
        return 1
    return min(max(int(step * GROWTH), 1), LARGEST_GAP)
