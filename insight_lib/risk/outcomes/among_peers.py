"""Whether a run ended below what healthy runs of the same program reach.

A fault may leave a run that learns, only less than it could: its own curves do not show it, but
those of its peers do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats
from insight_lib.errors import InputError
from insight_lib.risk.outcomes.final_score import FinalScore
from insight_lib.series.change.levels import NORMAL_MAD
from insight_lib.series.role import Direction

KEPT_OF_GAIN = 0.8
"""Of the median gain over chance that healthy runs reach: a run that keeps less has lost a fifth of
what the program learns, which nobody would ship."""
DEVIATIONS = 3.0
"""And so many robust standard deviations below their median: of normal values one in 740 is."""
FEWEST_PEERS = 5
"""Of fewer the spread is not known."""
# Their median is of no single one.
_FEWEST_UNLEARNED = 3
# The quantile of starts that begins worst, but for a tenth that may be wild.
_WORST = 0.9
# A spread of nothing would make any difference beyond noise: of the gain.
_LEAST_SPREAD = 0.01


@dataclass(frozen=True)
class PeerLevel:
    """What healthy runs of one program reach.

    Attributes:
        metric: the role of the measure.
        direction: which way is better.
        median: of the healthy runs' final scores.
        spread: their median absolute deviation, as a standard deviation of a normal distribution.
        chance: what guessing gives, or where a run begins.
        runs: how many there are.
    """

    metric: str
    direction: Direction
    median: float
    spread: float
    chance: float
    runs: int

    @property
    def gain(self) -> float:
        """What the median run gains over chance; above 0."""
        return self._sign * (self.median - self.chance)

    @property
    def limit(self) -> float:
        """The score below which (above which, of a loss) a run is below its peers."""
        usual = DEVIATIONS * max(self.spread, _LEAST_SPREAD * self.gain)
        return self.median - self._sign * max((1 - KEPT_OF_GAIN) * self.gain, usual)

    def kept(self, scores: Floats) -> Floats:
        """Return the share of the median gain over chance that each of scores (n,) keeps."""
        kept: Floats = self._sign * (scores - self.chance) / self.gain
        return kept

    @property
    def _sign(self) -> float:
        return 1.0 if self.direction is Direction.HIGHER else -1.0


def peer_level(metric: str, direction: Direction, scores: Floats, chance: float) -> PeerLevel:
    """Return the level of healthy runs.

    Args:
        metric: the role of the measure.
        direction: which way is better.
        scores: (n,) final scores of healthy runs of one program; those that are not finite are left
            out.
        chance: what guessing gives, see `chance_among`.

    Raises:
        InputError: there are too few of them, or their median is no better than chance.
    """
    known = scores[np.isfinite(scores)]
    if known.size < FEWEST_PEERS:
        raise InputError(
            f"{known.size} healthy runs end at a known {metric}; {FEWEST_PEERS} are needed to "
            "compare a run with; train more of them"
        )
    median = float(np.median(known))
    spread = float(NORMAL_MAD * np.median(np.abs(known - median)))
    level = PeerLevel(metric, direction, median, spread, chance, int(known.size))
    if not level.gain > 0:
        raise InputError(
            f"healthy runs end at a {metric} of {median:g}, no better than chance ({chance:g}); "
            "leave runs that learnt nothing out of the reference"
        )
    return level


def chance_among(healthy: Sequence[FinalScore], unlearned: Sequence[FinalScore] = ()) -> float:
    """Return what guessing gives, by the final scores of runs of one program.

    It is what the healthy runs' labels tell of it; where they do not, the median at which runs end
    that learnt nothing; where there are not three of these, the start of the healthy runs that
    begin worst: those that learn fast are better by the end of the epoch that is written first. NaN
    where there are no runs.

    Args:
        healthy: of healthy runs, by one measure.
        unlearned: of runs that ended at chance or never learned, by the same one.
    """
    told = [one.chance for one in healthy if np.isfinite(one.chance)]
    ends = [one.value for one in unlearned if np.isfinite(one.value)]
    if told or len(ends) >= _FEWEST_UNLEARNED:
        return float(np.median(told or ends))
    starts = [one.start for one in healthy if np.isfinite(one.start)]
    if not starts:
        return np.nan
    is_higher = healthy[0].direction is Direction.HIGHER
    return float(np.quantile(starts, 1 - _WORST if is_higher else _WORST))


def below_peers(scores: Floats, level: PeerLevel) -> Booleans:
    """Return which of scores (n,) are below their peers'; one that is not finite is.

    Both must hold: less than `KEPT_OF_GAIN` of the median gain over chance is kept, and the score
    is more than `DEVIATIONS` robust standard deviations worse than the median.

    >>> reached = np.array([0.9, 0.91, 0.92, 0.93, 0.94])
    >>> level = peer_level("accuracy", Direction.HIGHER, reached, chance=0.5)
    >>> below_peers(np.array([0.91, 0.8, 0.5]), level).tolist()
    [False, True, True]
    """
    sign = 1.0 if level.direction is Direction.HIGHER else -1.0
    return ~(sign * np.asarray(scores) >= sign * level.limit)
