"""Steps at which the number of evaluated examples is wrong, shared by the rules about examples."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans
from insight_lib.dissection.run.samples import Samples
from insight_lib.dissection.run.view import RunView

MOST_LISTED = 20
"""Steps in the evidence; a run may have thousands."""


@dataclass(frozen=True)
class SampleFaults:
    """Steps of a run, split by split, at which a count is not what it should be.

    Attributes:
        places: at least one (split, step), in order.
        samples: the counts of the first one's split.
        place: of the first one's step in them.
    """

    places: tuple[tuple[str, int], ...]
    samples: Samples
    place: int

    @property
    def steps(self) -> list[int]:
        """The steps of all splits."""
        return [step for _, step in self.places]

    @property
    def words(self) -> str:
        """The first place, and how many more there are."""
        split, step = self.places[0]
        more = f" and {len(self.places) - 1} more" if len(self.places) > 1 else ""
        return f"step {step} of split {split}{more}"

    @property
    def listed(self) -> list[str]:
        """The first places as texts, for the evidence."""
        return [f"{split}: {step}" for split, step in self.places[:MOST_LISTED]]


def find_sample_faults(
    view: RunView, is_faulty: Callable[[Samples], Booleans]
) -> SampleFaults | None:
    """Return the faulty steps of all splits; None if there are none."""
    found = {split: np.flatnonzero(is_faulty(each)) for split, each in sorted(view.samples.items())}
    first = next((split for split, places in found.items() if places.size), None)
    if first is None:
        return None
    steps = [
        (split, int(view.samples[split].steps[place]))
        for split, places in found.items()
        for place in places
    ]
    return SampleFaults(tuple(steps), view.samples[first], int(found[first][0]))
