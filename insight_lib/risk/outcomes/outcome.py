"""The words for what became of a run."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Label = Literal["failed", "healthy", "unknown"]


class Kind(StrEnum):
    """How a training fails."""

    NON_FINITE = "non_finite"
    DIVERGED = "diverged"
    CRITIC_DIVERGED = "critic_diverged"
    COLLAPSED = "collapsed"
    ENTROPY_COLLAPSE = "entropy_collapse"
    MODE_COLLAPSE = "mode_collapse"
    ONE_SIDED = "one_sided"
    AT_CHANCE = "at_chance"
    NEVER_LEARNED = "never_learned"
    OVERFIT = "overfit"


@dataclass(frozen=True)
class Failure:
    """A failure that was seen.

    Attributes:
        kind: how the run failed.
        failed_at: the first step since which the failure holds, of the series that shows it.
        sure: how surely it is one, 0..1.
        why: what shows it, in words.
    """

    kind: Kind
    failed_at: int
    sure: float
    why: str


@dataclass(frozen=True)
class Learning:
    """A positive sign that a run learnt, how surely it is one (0..1), and what it is, in words."""

    sure: float
    why: str


@dataclass(frozen=True)
class Outcome:
    """What became of a run that has ended.

    Attributes:
        label: ``failed``; ``healthy``, for which there is a positive sign of learning; or
            ``unknown``.
        kind: of a failure, one of `Kind`; None of the others.
        failed_at: the first step since which the failure holds; None of the others.
        sure: of the label, 0..1; 0 of ``unknown``.
        why: in words.
    """

    label: Label
    kind: str | None
    failed_at: int | None
    sure: float
    why: str

    @classmethod
    def unknown(cls, why: str) -> "Outcome":
        """Return the outcome of a run of which nothing can be said."""
        return cls("unknown", None, None, 0.0, why)
