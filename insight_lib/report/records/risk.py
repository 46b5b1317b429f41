"""What the report says of the risk: of each run, of the model that scores, of earlier nights."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

WATCH_FROM = 0.2
"""From here on a risk is coloured as one to watch."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What moved a predicted probability, a sentence, and how far (log-odds; plus is riskier)."""

    sentence: str
    effect: float


@dataclass(frozen=True, slots=True)
class Risk:
    """A predicted probability of failure, in [0, 1], from what was known at ``cutoff_step``.

    Attributes:
        probability: that the run fails.
        cutoff_step: up to which step it was seen.
        share: of its planned length; None where that is not known.
        is_flagged: whether it is above the threshold of few false alarms.
        is_unknown: whether the run is outside of what the model knows.
        how: which way it will fail, in a few words; empty where nothing is to be said.
        reasons: the strongest first.
        earlier: step and probability of the scores at earlier steps, by rising step.
    """

    probability: float
    cutoff_step: int
    share: float | None
    is_flagged: bool
    is_unknown: bool
    how: str
    reasons: tuple[Reason, ...]
    earlier: tuple[tuple[int, float], ...] = ()

    @property
    def level(self) -> Literal["high", "mid", "low", "unknown"]:
        """``high`` is a run that is flagged, ``unknown`` one that the model knows nothing like."""
        if self.is_unknown:
            return "unknown"
        if self.is_flagged:
            return "high"
        return "mid" if self.probability >= WATCH_FROM else "low"


@dataclass(frozen=True, slots=True)
class OtherModel:
    """A model that does not score, what became of it and why."""

    version: str
    stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class Turnout:
    """How the scores of a night turned out; a row of ``risk_backtest`` for all landmarks."""

    night: str
    version: str
    runs: int
    failed: int
    foreseen: int
    missed: int
    false_alarms: int
    median_lead_steps: float | None
    hours_saved: float
    hours_lost: float


@dataclass(frozen=True, slots=True)
class RiskModel:
    """The model on model that scores, and its figures on programs that it had not seen.

    Attributes:
        version: of the model.
        is_default: whether it ships with DeepInsight.
        trained_at: when it was trained, or came with this version; None where that is not known.
        reason: why it scores; None where nothing is to be said.
        figures: name and value.
        landmark_titles: of the columns of ``landmarks``.
        landmarks: share of the run, and the value of each title.
        others: models that do not score.
        beats_base_rate: whether its log loss on such programs is lower than that of telling every
            run the share of runs that fail, by more than chance.
    """

    version: str
    is_default: bool
    trained_at: datetime | None
    reason: str | None
    figures: tuple[tuple[str, float | None], ...]
    landmark_titles: tuple[str, ...]
    landmarks: tuple[tuple[str, tuple[float | None, ...]], ...]
    others: tuple[OtherModel, ...] = ()
    beats_base_rate: bool = False
