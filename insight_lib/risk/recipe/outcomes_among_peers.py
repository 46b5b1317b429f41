"""What became of the runs of a zoo: they are held against healthy runs of the same program.

An injected fault that did no harm is a healthy run; settings that came about by chance and spoil a
training make a failed one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.errors import InputError
from insight_lib.risk.recipe.looked import LookedAt
from insight_lib.risk.recipe.program_score import Measure

LEAST_MARGIN = 0.25
"""Share of what a healthy run gains over chance that may be lost. Few runs lie near it: of the zoo,
docs/risk.md shows how many keep how much, so that the margin decides little."""

ROBUST_DEVIATIONS = 3.0
"""A program whose healthy runs spread more widely has a margin of so many of their robust standard
deviations: one healthy run in 700 would lie below that by chance, were they normal."""

_MAD_TO_DEVIATION = 1.4826

LEAST_REFERENCES = 3
"""Runs of a program as it is whose median is the healthy level; of fewer one odd run decides."""

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
    return [_ended(run, levels) for run in runs]


@dataclass(frozen=True)
class _Level:
    """What the healthy runs of a program reach: their median gain over chance, and the margin."""

    chance: float
    gain: float
    margin: float


def _levels(runs: Sequence[LookedAt], measures: Mapping[str, Measure]) -> dict[str, _Level]:
    scores: dict[str, list[float]] = defaultdict(list)
    for run in runs:
        if run.truth["fault"] == _AS_IT_IS and not run.truth["is_sampled"]:
            scores[run.truth["program"]].append(run.score)
    return {
        program: _level(np.array(known), measures[program].chance)
        for program, known in scores.items()
        if len(known) >= LEAST_REFERENCES
    }


def _level(scores: Floats, chance: float) -> _Level:
    gain = float(np.median(scores)) - chance
    deviation = _MAD_TO_DEVIATION * float(np.median(np.abs(scores - np.median(scores)))) / gain
    return _Level(chance, gain, max(LEAST_MARGIN, ROBUST_DEVIATIONS * deviation))


def _ended(run: LookedAt, levels: Mapping[str, _Level]) -> Ended:
    program = run.truth["program"]
    if program not in levels:
        raise InputError(
            f"fewer than {LEAST_REFERENCES} runs of {program} are as it is, so that nothing says "
            "what is healthy; train more shards with `insight zoo`"
        )
    level = levels[program]
    kept = (run.score - level.chance) / level.gain
    if kept >= 1 - level.margin:
        return Ended(kept, None, None)
    seen = run.outcome
    if seen.label != "failed":
        return Ended(kept, BELOW_PEERS, run.last_step)
    return Ended(kept, seen.kind, seen.failed_at)
