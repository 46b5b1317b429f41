"""What of a run can be judged, and what is missing for the rest, in words with the remedy.

It follows from what the run wrote, not from which rules fired: a series needs ``MIN_POINTS`` finite
points, a layer ``MIN_STEPS`` traced steps.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from insight_lib.dissection.run.curves.losses import HELD_OUT, training_losses
from insight_lib.dissection.run.data.inputs import inputs
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.role import Phase, Role

MIN_POINTS = 5
"""As in loss_not_decreasing and overfitting: fewer do not distinguish a trend from chance."""
MIN_STEPS = 3
"""As in the rules on layers: SageMaker Debugger too asks for three steps."""


class Aspect(StrEnum):
    """What of a run may be judged."""

    LOSS = "loss"
    VALIDATION = "validation"
    METRIC = "metric"
    RETURN = "return"
    LAYERS = "layers"
    INPUTS = "inputs"
    EVALUATION = "evaluation"


SHOW_LEARNING = (Aspect.LOSS, Aspect.VALIDATION, Aspect.METRIC, Aspect.RETURN)
"""These say whether a run learnt. Layers and inputs say how, an evaluation on which examples."""

_METRICS = (
    Role.ACCURACY,
    Role.ERROR_RATE,
    Role.AUC,
    Role.F1,
    Role.SCORE,
    Role.PERPLEXITY,
    Role.REGRESSION_ERROR,
)
_OF_REINFORCEMENT = frozenset(
    {Role.RETURN, Role.EPISODE_LENGTH, Role.VALUE_LOSS, Role.POLICY_LOSS, Role.POLICY_ENTROPY}
)
# The adversary of a Wasserstein generator is called a critic.
_ADVERSARIES = (Role.DISCRIMINATOR_LOSS, Role.VALUE_LOSS)
_NOT_TRACED = "not traced: use TensorTracer"


@dataclass(frozen=True)
class Coverage:
    """What was judged and what was not.

    Attributes:
        judged: aspect to what it was judged by: a series and its points, layers and their steps.
        not_judged: aspect to why not and what to do; what a run of its kind does not have, such as
            the return of a classifier, is in neither.
    """

    judged: Mapping[str, str]
    not_judged: Mapping[str, str]


@dataclass(frozen=True)
class _Told:
    is_judged: bool
    words: str


def coverage(view: RunView) -> Coverage:
    """Return what of a run can be judged."""
    told = {aspect: look(view) for aspect, look in _LOOKS.items()}
    found = {aspect.value: one for aspect, one in told.items() if one is not None}
    return Coverage(
        judged={aspect: one.words for aspect, one in found.items() if one.is_judged},
        not_judged={aspect: one.words for aspect, one in found.items() if not one.is_judged},
    )


def shows_learning(view: RunView) -> bool:
    """Return whether something that shows whether a run learnt can be judged."""
    told = (_LOOKS[aspect](view) for aspect in SHOW_LEARNING)
    return any(one is not None and one.is_judged for one in told)


def _loss(view: RunView) -> _Told | None:
    parts = view.with_role(Role.PARTIAL_LOSS, phases={Phase.TRAIN})
    falling = [*training_losses(view), *(one for one in parts if not one.about.moving)]
    if falling:
        return _of_series(falling)
    # Two losses that work against each other need not fall, but must stay in balance.
    generator = view.with_role(Role.GENERATOR_LOSS)
    adversary = view.with_role(*_ADVERSARIES)
    if generator and adversary:
        return min(_of_series(generator), _of_series(adversary), key=lambda one: one.is_judged)
    if not view.scalars:
        return _Told(False, "no scalar was logged: log the loss of each epoch or step")
    if _is_reinforcement(view):
        return None
    return _Told(
        False,
        f"no loss was found among {_counted(len(view.scalars), 'scalar series', 'scalar series')}: "
        "see `insight series` and name it in [series]",
    )


def _validation(view: RunView) -> _Told | None:
    # One after the other: of series with as many points the loss is named.
    roles = ((Role.TOTAL_LOSS,), (Role.PARTIAL_LOSS,), _METRICS)
    held_out = (one for some in roles for one in view.with_role(*some, phases=HELD_OUT))
    found = [one for one in held_out if not one.about.moving]
    missing = "no validation loss or metric: log one of held-out data, or name it in [series]"
    return _of_supervised(view, found, missing)


def _metric(view: RunView) -> _Told | None:
    missing = "no metric: log an accuracy or an error, or name it in [series]"
    return _of_supervised(view, view.with_role(*_METRICS), missing)


def _return(view: RunView) -> _Told | None:
    found = view.with_role(Role.RETURN)
    if found or not _is_reinforcement(view):
        return _of_series(found) if found else None
    return _Told(False, "no return: log the reward of each episode, or name it in [series]")


def _layers(view: RunView) -> _Told:
    traced = view.layers.values()
    if not traced:
        return _Told(False, _NOT_TRACED)
    most = max(series.steps.size for series in traced)
    if most < MIN_STEPS:
        return _Told(False, f"traced at {_counted(most, 'step')} only: {MIN_STEPS} are needed")
    judged = [series for series in traced if series.steps.size >= MIN_STEPS]
    names = {series.layer for series in judged}
    kinds = dict.fromkeys(series.kind for series in judged)
    return _Told(True, f"{', '.join(kinds)} of {_counted(len(names), 'layer')}, {most:,} steps")


def _inputs(view: RunView) -> _Told:
    found = list(inputs(view))
    if not found:
        return _Told(False, _NOT_TRACED)
    most = max(one.steps.size for one in found)
    return _Told(True, f"{_counted(len(found), 'input')}, {_counted(most, 'step')}")


def _evaluation(view: RunView) -> _Told | None:
    if view.samples:
        steps = (f"{split}, {_counted(s.steps.size, 'step')}" for split, s in view.samples.items())
        return _Told(True, "; ".join(steps))
    if _is_reinforcement(view):
        return None
    return _Told(
        False, "no evaluated predictions: `insight nightly` evaluates those in predictions/"
    )


def _of_supervised(view: RunView, found: Sequence[NamedSeries], missing: str) -> _Told | None:
    """Judge series that a run may lack if it has a return, or has logged nothing at all."""
    if found:
        return _of_series(found)
    return None if _is_reinforcement(view) or not view.scalars else _Told(False, missing)


def _of_series(found: Sequence[NamedSeries]) -> _Told:
    """Judge the first of the series that have most finite points."""
    longest = max(found, key=_points)
    points = _points(longest)
    if points >= MIN_POINTS:
        return _Told(True, f"{longest.name}, {points:,} points")
    if points == 0:
        return _Told(False, f"{longest.name} has no finite value")
    kind = "finite point" if points < longest.series.values.size else "point"
    have = _counted(points, kind)
    return _Told(False, f"{longest.name} has {have} only: {MIN_POINTS} are needed")


def _points(one: NamedSeries) -> int:
    return int(np.isfinite(one.series.values).sum())


def _is_reinforcement(view: RunView) -> bool:
    roles = {about.role for about in view.roles.values()}
    return Role.GENERATOR_LOSS not in roles and not roles.isdisjoint(_OF_REINFORCEMENT)


def _counted(count: int, noun: str, plural: str | None = None) -> str:
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


_LOOKS: Mapping[Aspect, Callable[[RunView], _Told | None]] = {
    Aspect.LOSS: _loss,
    Aspect.VALIDATION: _validation,
    Aspect.METRIC: _metric,
    Aspect.RETURN: _return,
    Aspect.LAYERS: _layers,
    Aspect.INPUTS: _inputs,
    Aspect.EVALUATION: _evaluation,
}
