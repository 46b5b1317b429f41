"""Which way a run is expected to fail, and how that is said."""

from dataclasses import dataclass

import numpy as np

from insight_lib.risk.models.bundle import Scores
from insight_lib.risk.models.kinds import OTHER
from insight_lib.risk.outcomes.outcome import Kind

SAID_FROM = 0.5
"""From this probability of failure on a run fails more likely than not, and people are told how;
below only of flagged runs."""


SHOWN_AT_ONCE = frozenset({Kind.NON_FINITE, Kind.DIVERGED, Kind.CRITIC_DIVERGED})
"""Kinds that a run has failed by as soon as its curves show them. One that is at chance, or has not
learnt yet, may still learn while it runs."""


@dataclass(frozen=True)
class ExpectedKind:
    """A kind of failure.

    Attributes:
        kind: the most probable one if the run fails; None where nothing better can be said than how
            frequent kinds are.
        probability: of that kind, given that the run fails; None where the run has failed already
            by a kind of SHOWN_AT_ONCE, and where the kind is None.
    """

    kind: str | None = None
    probability: float | None = None


def expected_kinds(scores: Scores) -> list[ExpectedKind]:
    """Return what a model expects of each row."""
    probabilities = scores.expected_kind_probability.tolist()
    return [
        ExpectedKind(kind, None if np.isnan(one) else one)
        for kind, one in zip(scores.expected_kind, probabilities, strict=True)
    ]


def unless_diverged(
    expected: ExpectedKind, kind: str | None, failed_at: int | None, step: int
) -> ExpectedKind:
    """Return what is expected at a step; of a run that has diverged by then, that it has.

    Args:
        expected: by the model.
        kind: how the run failed by its own curves so far; None where they show no failure.
        failed_at: the first step since which they show it; None likewise.
        step: up to which the run was seen.
    """
    if kind not in SHOWN_AT_ONCE or failed_at is None or failed_at > step:
        return expected
    return ExpectedKind(kind)


def kind_said(expected: ExpectedKind, probability: float, *, flagged: bool) -> str:
    """Return how the run will fail, in a few words; empty where nothing is to be said.

    >>> kind_said(ExpectedKind("at_chance", 0.62), 0.9, flagged=False)
    'most likely at chance (62 %)'
    >>> kind_said(ExpectedKind("non_finite"), 0.9, flagged=False)
    'failed already: non finite'
    """
    if expected.kind is None:
        return ""
    if expected.probability is None:
        return f"failed already: {_words(expected.kind)}"
    if probability < SAID_FROM and not flagged:
        return ""
    return f"most likely {_words(expected.kind)} ({100 * expected.probability:.0f} %)"


def _words(kind: str) -> str:
    return "a rarer kind" if kind == OTHER else kind.replace("_", " ")
