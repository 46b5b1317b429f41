"""What a user's own runs change of the default model."""

from dataclasses import dataclass

from insight_lib.columnar.arrays import Floats


@dataclass(frozen=True)
class Correction:
    """Added to the calibrated log-odds: intercept + slope * them + effects of groups * weights.

    Attributes:
        intercept: in log-odds.
        slope: above -1, so that the order of two runs is kept.
        weights: shape (groups,), how much more or less each group's effect counts.
    """

    intercept: float
    slope: float
    weights: Floats

    def apply(self, log_odds: Floats, effects: Floats) -> Floats:
        """Return corrected log-odds, shape (rows,).

        Args:
            log_odds: shape (rows,), calibrated.
            effects: shape (rows, groups), see `Explainer.effects`.
        """
        corrected: Floats = self.intercept + (1 + self.slope) * log_odds + effects @ self.weights
        return corrected
