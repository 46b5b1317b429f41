"""The loss of a run as a small picture in its line of the first screen."""

from dataclasses import dataclass

from insight_lib.report.records.sparkline import WIDTH, Sparkline


@dataclass(frozen=True, slots=True)
class LossLine:
    """A series of a run, from its ``first`` value to its ``last``, which may be NaN."""

    first: float
    last: float
    picture: Sparkline

    def place(self, step: int | None) -> float | None:
        """Return where a step is in the picture, from 0 to its width; None outside of it."""
        first, last = self.picture.first_step, self.picture.last_step
        if step is None or not first <= step <= last or first == last:
            return None
        return round(WIDTH * (step - first) / (last - first), 1)
