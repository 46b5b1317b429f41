"""An accuracy, an AUC, a score or a loss that ends where guessing does."""

import numpy as np

from insight_lib.dissection.findings.finding import number, share_confidence
from insight_lib.dissection.run.curves.chance_loss import guessing_if_at_chance
from insight_lib.dissection.run.curves.losses import HELD_OUT, accuracies_of, training_loss
from insight_lib.dissection.run.curves.progress import scores
from insight_lib.dissection.run.data.kinds_of_labels import are_quantities
from insight_lib.dissection.run.guessing.stuck_accuracy import stuck_accuracy
from insight_lib.dissection.run.learning import GOOD_ACCURACY
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.risk.outcomes.outcome import Failure, Kind
from insight_lib.risk.outcomes.places import quarter_of
from insight_lib.series.change.levels import end_level, start_level
from insight_lib.series.role import Phase, Role

# What memorising a few examples gains of the room above guessing; of a thousand classes twice the
# accuracy of guessing is more than that.
_ROOM, _TIMES = 0.05, 2.0
# Of the points: a single accuracy is off by its noise.
_SHARE = 0.8
# The area under the curve of any ranking that knows nothing, and the swing that AutoTrainer takes
# for noise of a score.
_AUC_OF_CHANCE, _NEAR = 0.5, 0.03
# Cohen's kappa, Matthews' correlation and R2 of an answer that does not look at its inputs.
_SCORE_OF_CHANCE = 0.0
# Of the loss of guessing: 5 % is what a model gains by memorising a few examples.
_CHANCE = 0.95
# Of its start: what regularisation adds to a loss may be more than guessing costs.
_FALL = 0.5
# TheDeepChecker judges over five checks.
_MIN_POINTS = 5


def at_chance(run: RunView) -> Failure | None:
    """Return the measure that stayed at chance, accuracies before scores before the loss."""
    return _of_accuracy(run) or _of_constant(run) or _of_scores(run) or _of_loss(run)


def _of_accuracy(run: RunView) -> Failure | None:
    stuck = stuck_accuracy(run, room=_ROOM, times=_TIMES, share=_SHARE, min_points=_MIN_POINTS)
    if stuck is None:
        return None
    values = stuck.accuracy.values
    late = values[values.size // 2 :] <= stuck.reached
    sure = share_confidence(int(late.sum()) * 2, late.size * 2)
    why = f"the accuracy ends at {number(end_level(values))}, as good as a guess"
    return Failure(Kind.AT_CHANCE, quarter_of(stuck.accuracy.steps), sure, why)


def _of_constant(run: RunView) -> Failure | None:
    """Return the training accuracy that is one number throughout: one answer to everything.

    It is so whatever the loss does, which may fall without end where it does not fit the labels.
    An accuracy of 0 is that of quantities, which no answer hits.
    """
    known = [one.series for one in accuracies_of(run, {Phase.TRAIN})]
    judged = [one for one in known if np.isfinite(one.values).sum() >= _MIN_POINTS]
    is_one = bool(judged) and all(0 < one.values[0] < GOOD_ACCURACY for one in judged)
    if not is_one or any(np.ptp(one.values) != 0 for one in judged) or are_quantities(run):
        return None
    if any(_has_risen(one) for one in scores(run, HELD_OUT)):
        return None
    longest = max(judged, key=lambda one: one.values.size)
    points = longest.values.size
    why = f"the accuracy in training is {number(float(longest.values[0]))} at every point"
    return Failure(Kind.AT_CHANCE, quarter_of(longest.steps), share_confidence(points, points), why)


def _has_risen(one: NamedSeries) -> bool:
    values = one.series.values
    return end_level(values) - start_level(values) > _NEAR


def _of_scores(run: RunView) -> Failure | None:
    """Return the score that stayed at chance, held out or, where none is, in training."""
    for role, chance, near in (
        (Role.AUC, _AUC_OF_CHANCE, _NEAR),
        (Role.SCORE, _SCORE_OF_CHANCE, 0.0),
    ):
        known = run.with_role(role)
        judged = [one for one in known if one.about.phase in HELD_OUT] or known
        stayed = [one for one in judged if _stays(one, chance + near)]
        if judged and len(stayed) == len(judged):
            return _of_score(max(stayed, key=lambda one: one.series.values.size), chance)
    return None


def _stays(one: NamedSeries, limit: float) -> bool:
    """Return whether a score of five points or more is not above a limit in its second half."""
    values = one.series.values[np.isfinite(one.series.values)]
    if values.size < _MIN_POINTS:
        return False
    half = values[values.size // 2 :]
    return bool(end_level(values) <= limit and (half <= limit).mean() >= _SHARE)


def _of_score(one: NamedSeries, chance: float) -> Failure:
    points = one.series.values.size
    end = number(end_level(one.series.values))
    why = f"{one.name} ends at {end}; what does not look at its inputs has {number(chance)}"
    sure = share_confidence(points, points)
    return Failure(Kind.AT_CHANCE, quarter_of(one.series.steps), sure, why)


def _of_loss(run: RunView) -> Failure | None:
    loss = training_loss(run)
    if loss is None or loss.series.values.size < _MIN_POINTS:
        return None
    guessing = guessing_if_at_chance(run, loss, chance=_CHANCE, fall=_FALL)
    if guessing is None:
        return None
    values = loss.series.values
    why = f"{loss.name} ends at {number(end_level(values))}, and guessing gives {number(guessing)}"
    sure = share_confidence(values.size, values.size)
    return Failure(Kind.AT_CHANCE, quarter_of(loss.series.steps), sure, why)
