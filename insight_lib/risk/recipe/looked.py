"""One finished run of the zoo: what is seen of it at each landmark, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from insight_lib.dissection.logged_runs import read_views
from insight_lib.dissection.run.view import RunView
from insight_lib.errors import InputError
from insight_lib.risk.features.catalogue import features_of
from insight_lib.risk.features.looking import seen_at
from insight_lib.risk.landmarks import Landmark, share_landmarks
from insight_lib.risk.outcomes.judge import outcome_of
from insight_lib.risk.outcomes.outcome import Outcome
from insight_lib.risk.recipe.program_score import Measure

END = 1.0
"""The share of a finished run: what a model may learn of runs that are over."""


@dataclass(frozen=True)
class Look:
    """A run at a landmark.

    Attributes:
        landmark: its share is not None.
        features: what is known there, by name.
    """

    landmark: Landmark
    features: Mapping[str, float]


@dataclass(frozen=True)
class LookedAt:
    """A finished run of the zoo.

    Attributes:
        truth: what was done to it, as ``insight zoo`` wrote it.
        outcome: what its series say became of it.
        score: by the measure of its program, more is better; NaN where it is not finite.
        last_step: of its series.
        looks: at 10, 25 and 50 % of it, and at its end.
    """

    truth: Mapping[str, Any]
    outcome: Outcome
    score: float
    last_step: int
    looks: tuple[Look, ...]


def look_at(folder: Path, truth: Mapping[str, Any], measure: Measure) -> LookedAt:
    """Read a run and look at it at each landmark.

    Args:
        folder: of the run.
        truth: what was done to it.
        measure: of its program.

    Raises:
        InputError: the folder holds no run, or several.
        EventFileError: an event file cannot be read.
    """
    views = list(read_views(folder))
    if len(views) != 1 or views[0].last_step is None:
        raise InputError(f"{folder} holds {len(views)} runs; train it again with `insight zoo`")
    run, last_step = views[0], views[0].last_step
    marks = (*share_landmarks(run, last_step), Landmark(END, last_step))
    looks = tuple(_look(run, mark) for mark in marks)
    return LookedAt(truth, outcome_of(run), measure.final(run, folder), last_step, looks)


def _look(run: RunView, mark: Landmark) -> Look:
    return Look(mark, features_of(seen_at(run, mark.step)))
