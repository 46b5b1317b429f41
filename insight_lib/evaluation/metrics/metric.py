"""A metric of table ``evaluations``: its columns, what it needs and how it is computed.

A module of this package that computes a metric lists it in ``METRICS``; nothing else has to know
of it but ``schemas/evaluations.toml``, which describes its columns and says whether the report
shows them, and its test.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from insight_lib.columnar.arrays import Booleans
from insight_lib.evaluation.metrics.score_intervals import Cells
from insight_lib.evaluation.metrics.score_kind import ScoreKind

if TYPE_CHECKING:  # these modules list metrics themselves
    from insight_lib.evaluation.metrics.calibration import CalibrationBins
    from insight_lib.evaluation.metrics.log_loss import ProbabilitySums

WIDEST_GAP = 1e-4
"""No default tolerance is above this: the fourth decimal is what people compare runs by."""


class Need(Enum):
    """What rows must have for a metric to be defined; reasons are given in this order."""

    CLASSES = "both classes, each with weight"
    PROBABILITIES = "scores that are, or stand for, probabilities, and weight"
    ROWS = "nothing: the metric says itself where it is undefined"


@dataclass(frozen=True, eq=False)
class Summed:
    """The rows of one run, step, split and slice, as metrics see them.

    Attributes:
        cells: Their scores, fine enough for the bounds where all rows could be read.
        probability: Sums of their probabilities.
        bins: Their calibration; None where scores stand for no probabilities.
        kind: Of the scores of the run.
    """

    cells: Cells
    probability: "ProbabilitySums"
    bins: "CalibrationBins | None"
    kind: ScoreKind


@dataclass(frozen=True)
class Outcome:
    """What a metric is.

    Attributes:
        values: Of the metric's columns, in order; None where undefined.
        reasons: Why some are None; none where all are defined.
    """

    values: tuple[float | None, ...]
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bounded:
    """Columns of a metric of which two hold the exact value of the third between them."""

    value: str
    lower: str
    upper: str


@dataclass(frozen=True)
class Metric:
    """A metric as evaluation, tests of the schema and report know it.

    Attributes:
        name: What reasons call it.
        place: Where its name stands among the others in a reason; as its columns in the schema.
        columns: Of table ``evaluations``, the metric itself first; no other metric has them.
        need: What rows must have; where they lack it, every column is null and the reason is given
            once for all metrics of the same need.
        compute: Computes it where the need is met.
        refine: Chooses the cells to split for the bounds to come within ``WIDEST_GAP``; asked only
            where the need is met. None where cells of any width give the same.
        bounds: The columns that are certified bounds; None where the metric has none.
    """

    name: str
    place: int
    columns: tuple[str, ...]
    need: Need
    compute: Callable[[Summed], Outcome]
    refine: Callable[[Cells], Booleans] | None = None
    bounds: Bounded | None = None
