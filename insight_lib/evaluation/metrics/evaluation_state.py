"""What is kept of the rows of a run, step, split and slice: all that its metrics need."""

from dataclasses import dataclass

from insight_lib.evaluation.metrics.arrays import ScoredRows
from insight_lib.evaluation.metrics.log_loss import ProbabilitySums
from insight_lib.evaluation.metrics.score_histogram import ScoreHistogram
from insight_lib.evaluation.metrics.score_kind import ScoreKind


@dataclass(frozen=True, eq=False)
class EvaluationState:
    """The mergeable state of an evaluation; its size has a bound, whatever the number of rows.

    ``merge`` is associative and commutative up to rounding, and ``empty`` is its neutral element.

    Attributes:
        histogram: Bounded; it is kept in table ``score_histograms``.
        probability: Kept in table ``probability_sums``.
    """

    histogram: ScoreHistogram
    probability: ProbabilitySums

    @classmethod
    def empty(cls) -> "EvaluationState":
        """Return the state of no rows."""
        return cls(ScoreHistogram.empty(), ProbabilitySums.empty())

    @classmethod
    def from_rows(
        cls, rows: ScoredRows, kind: ScoreKind = ScoreKind.PROBABILITY
    ) -> "EvaluationState":
        """Return the state of these rows; states of one kind only may be merged."""
        return cls(ScoreHistogram.from_rows(rows).bounded(), ProbabilitySums.from_rows(rows, kind))

    def merge(self, other: "EvaluationState") -> "EvaluationState":
        """Return the state of the rows of both."""
        return EvaluationState(
            self.histogram.merge(other.histogram).bounded(),
            self.probability.merge(other.probability),
        )

    @property
    def rows(self) -> int:
        """How many rows there are."""
        sums = self.histogram.sums
        return int(sums.positives.sum() + sums.negatives.sum())
