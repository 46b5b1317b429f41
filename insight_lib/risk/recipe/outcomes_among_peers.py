"""What became of the runs of a zoo: they are held against healthy runs of the same program.

An injected fault that did no harm is a healthy run; settings that came about by chance and spoil a
training make a failed one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from insight_lib.errors import InputError
from insight_lib.risk.outcomes.among_peers import PeerLevel, below_peers, peer_level
from insight_lib.risk.recipe.looked import LookedAt
from insight_lib.risk.recipe.program_score import Measure
from insight_lib.series.role import Direction

BELOW_PEERS = "below_peers"
"""The kind of a failure that only the healthy runs of the program show."""

_AS_IT_IS = "healthy"


@dataclass(frozen=True)
class Ended:
    """What became of a run.

    Attributes:
        kept: share of the healthy gain over chance that it kept; NaN where its score is not finite.
        kind: how it failed; None where it did not.
        failed_at: the step since which its own series show that; its last where only its peers do,
            None where it did not fail.
    """

    kept: float
    kind: str | None
    failed_at: int | None

    @property
    def failed(self) -> bool:
        """Whether it ended below the healthy runs of its program."""
        return self.kind is not None


def ended(runs: Sequence[LookedAt], measures: Mapping[str, Measure]) -> list[Ended]:
    """Return what became of each run.

    Args:
        runs: of a wide zoo.
        measures: program to what it is scored by.

    Raises:
        InputError: there are too few runs of a program as it is.
    """
    levels = _levels(runs, measures)
    return [_ended(run, levels[run.truth["program"]]) for run in runs]


def _levels(runs: Sequence[LookedAt], measures: Mapping[str, Measure]) -> dict[str, PeerLevel]:
    scores: dict[str, list[float]] = {run.truth["program"]: [] for run in runs}
    for run in runs:
        if run.truth["fault"] == _AS_IT_IS and not run.truth["is_sampled"]:
            scores[run.truth["program"]].append(run.score)
    return {program: _level(program, found, measures[program]) for program, found in scores.items()}


def _level(program: str, scores: Sequence[float], measure: Measure) -> PeerLevel:
    try:
        # Scores are turned so that more is better.
        level = (measure.role, Direction.HIGHER, np.array(scores), measure.chance)
        return peer_level(*level)
    except InputError as error:
        raise InputError(f"{program} as it is: {error}") from error


def _ended(run: LookedAt, level: PeerLevel) -> Ended:
    score = np.array([run.score])
    kept = float(level.kept(score)[0])
    if not below_peers(score, level)[0]:
        return Ended(kept, None, None)
    seen = run.outcome
    if seen.label != "failed":
        return Ended(kept, BELOW_PEERS, run.last_step)
    return Ended(kept, seen.kind, seen.failed_at)
