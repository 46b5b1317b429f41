"""Positive signs that a run learnt, without which it is not called healthy."""

from collections.abc import Iterator

import numpy as np

from insight_lib.dissection.findings.finding import number, share_confidence
from insight_lib.dissection.run.curves.kept_gain import kept_gain
from insight_lib.dissection.run.curves.loss_shape import is_within_noise
from insight_lib.dissection.run.curves.losses import (
    HELD_OUT,
    end_of_training,
    start_of_training,
    training_loss,
)
from insight_lib.dissection.run.curves.progress import improves_on_held_out_data, scores
from insight_lib.dissection.run.guessing.baseline import guess
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.reinforcement.returns import courses, is_good
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.risk.outcomes.outcome import Learning
from insight_lib.series.change.levels import end_level, levels, start_level
from insight_lib.series.role import Phase, Role

# Of its start: a loss that fell by less may have fallen in its noise.
_FELL = 0.2
# Of the loss of guessing: 0.95 is what memorising a few examples gains, and twice that is learnt.
_BEYOND = 0.9
# Standard errors: of flat noise 3 in 1,000 medians lie further off than that.
_FALL_WIDTH = 3.0
# Of training's gain: a validation that keeps less says little of new data.
_KEPT = 0.5
# Three levels are the least that make a way.
_LEAST_POINTS = 3
# AutoTrainer takes a swing of 0.03 of a score for noise; three times that is a rise.
_RISEN = 0.1
# Of its best level: healthy generators of the zoo end above 0.8 of their best diversity.
_DIVERSE = 0.5
# A loss may fall and nothing be learnt that holds for new data; a diversity that is kept is no
# quality; a balance of two players neither.
_SURE_OF_FALL, _SURE_OF_POOR_VALIDATION, _SURE_OF_BALANCE = 0.8, 0.7, 0.6
# Of their starts in size: players whose losses stay within an order of magnitude are in balance.
_BALANCED = 10.0


def learning_of(run: RunView) -> Learning | None:
    """Return the surest sign that a run learnt; None of none.

    In reinforcement learning it is a return that rose and kept it alone: losses of policies and of
    value functions fall whatever is learnt.
    """
    if courses(run):
        return _of_returns(run)
    found = (*_of_training(run), *_of_held_out(run), *_of_parts(run), *_of_adversaries(run))
    return max(found, key=lambda one: one.sure, default=None)


def _of_returns(run: RunView) -> Learning | None:
    if not is_good(run):
        return None
    longest = max(courses(run), key=lambda one: one.values.size)
    points = longest.values.size
    start, end = number(longest.start_level), number(longest.end_level)
    why = f"a return rose and kept it; {longest.named.name} went from {start} to {end}"
    return Learning(share_confidence(points, points), why)


def _of_training(run: RunView) -> Iterator[Learning]:
    loss = training_loss(run)
    if loss is None or not _is_long(loss):
        return
    start, end = start_of_training(run, loss), end_of_training(run, loss)
    values = loss.series.values[np.isfinite(loss.series.values)]
    sure = share_confidence(values.size, values.size)
    why = f"{loss.name} fell from {number(start)} to {number(end)}"
    kept = kept_gain(run)
    if kept is not None and kept < _KEPT:
        sure *= _SURE_OF_POOR_VALIDATION
    if has_learnt(run):
        yield Learning(sure, why)
    elif _is_beyond_guessing(run, end) and end <= (1 - _FELL) * start and not _is_noise(loss):
        yield Learning(_SURE_OF_FALL * sure, why)


def _is_beyond_guessing(run: RunView, end: float) -> bool:
    """Return whether a loss is not known to end near guessing.

    To fall to there from a wild start is not to learn.
    """
    guessing = guess(run)
    return guessing is None or end <= guessing.at(_BEYOND)


def _is_noise(loss: NamedSeries) -> bool:
    known = np.isfinite(loss.series.values)
    steps, values = loss.series.steps[known], loss.series.values[known]
    return is_within_noise(steps, values, 0.0, _FALL_WIDTH)


def _of_held_out(run: RunView) -> Iterator[Learning]:
    risen = [one for one in scores(run, HELD_OUT) if _is_long(one) and _rise(one) >= _RISEN]
    for one in risen:
        points = one.series.values.size
        yield Learning(share_confidence(points, points), f"{one.name} rose by {number(_rise(one))}")
    loss = training_loss(run)
    is_beyond = loss is None or _is_beyond_guessing(run, end_of_training(run, loss))
    if is_beyond and improves_on_held_out_data(run):
        points = max(one.series.values.size for one in _held_out(run))
        sure = _SURE_OF_FALL * share_confidence(points, points)
        yield Learning(sure, "it got better on data that it was not trained on")


def _held_out(run: RunView) -> list[NamedSeries]:
    return [one for one in run.with_role(*Role, phases=HELD_OUT) if one.about.phase in HELD_OUT]


def _of_parts(run: RunView) -> Iterator[Learning]:
    """Yield a sign where the parts of a loss, of which no whole is logged, fell on the whole."""
    if training_loss(run) is not None:
        return
    parts = [
        one
        for one in run.with_role(Role.PARTIAL_LOSS, phases={Phase.TRAIN})
        if not one.about.moving and _is_long(one) and start_level(one.series.values) > 0
    ]
    if not parts:
        return
    start = sum(start_level(one.series.values) for one in parts)
    end = sum(end_level(one.series.values) for one in parts)
    if end <= (1 - _FELL) * start:
        points = max(one.series.values.size for one in parts)
        why = f"the parts of the loss fell from {number(start)} to {number(end)} together"
        yield Learning(_SURE_OF_FALL * share_confidence(points, points), why)


def _of_adversaries(run: RunView) -> Iterator[Learning]:
    players = [
        [one for one in run.with_role(role) if _is_long(one)]
        for role in (Role.GENERATOR_LOSS, Role.DISCRIMINATOR_LOSS)
    ]
    if not all(players) or not all(_is_bounded(one) for side in players for one in side):
        return
    points = max(one.series.values.size for side in players for one in side)
    sure = _SURE_OF_BALANCE * share_confidence(points, points)
    yield Learning(sure, "generator and discriminator are in balance")
    for one in run.with_role(Role.DIVERSITY):
        if _is_long(one) and end_level(one.series.values) >= _DIVERSE * _best(one):
            sure = _SURE_OF_FALL * share_confidence(points, points)
            yield Learning(sure, f"both players are in balance, and {one.name} is kept")


def _is_bounded(one: NamedSeries) -> bool:
    values = np.abs(one.series.values)
    return bool(np.isfinite(values).all() and end_level(values) <= _BALANCED * max(1.0, values[0]))


def _best(one: NamedSeries) -> float:
    return float(levels(one.series.values, 5).max())


def _rise(one: NamedSeries) -> float:
    return end_level(one.series.values) - start_level(one.series.values)


def _is_long(one: NamedSeries) -> bool:
    return int(np.isfinite(one.series.values).sum()) >= _LEAST_POINTS
