"""A feature: one number about a run, its name, and what it means in words."""

from collections.abc import Callable
from dataclasses import dataclass

from insight_lib.dissection.run.view import RunView


@dataclass(frozen=True)
class Feature:
    """One thing that may be known of a run at the cut-off.

    Every feature is bounded and free of scale, so that runs of different models compare: a share in
    [0, 1], a relative change in [-1, 1], or a power of ten in [-DECADES, DECADES].

    Attributes:
        name: its key in the features of ``run_features``.
        meaning: what the number says, for people; shown where the feature is named as a reason.
        compute: from the run up to its cut-off to the number; NaN where it is not known.
    """

    name: str
    meaning: str
    compute: Callable[[RunView], float]
