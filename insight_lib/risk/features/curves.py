"""The curves that a run's features are made of, by what its series are and never by their names."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from insight_lib.dissection.run.curves import losses
from insight_lib.dissection.run.data.inferred_classes import inferred_classes
from insight_lib.dissection.run.data.kinds_of_labels import class_shares
from insight_lib.dissection.run.data.label_weights import label_weights
from insight_lib.dissection.run.data.labels import labels
from insight_lib.dissection.run.guessing.baseline import guess, largest_share
from insight_lib.dissection.run.guessing.constant_answer import entropy
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.risk.features.feature import Seen
from insight_lib.risk.features.shape.shape import NO_SHAPE, Shape
from insight_lib.series.role import HELD_OUT, Cadence, Direction, Phase, Role
from insight_lib.series.series import Series

# The plainest first: what a run has of several scores, its accuracy is judged by.
_SCORES = (
    *(Role.ACCURACY, Role.AUC, Role.F1, Role.ERROR_RATE),
    *(Role.SCORE, Role.PERPLEXITY, Role.REGRESSION_ERROR),
)
_OF_FRACTIONS = frozenset({Role.ACCURACY, Role.AUC, Role.F1})
_CHANCE_OF_AUC = 0.5
_KNOWN = tuple(role for role in Role if role is not Role.OTHER)


@dataclass(frozen=True, eq=False)
class Score:
    """A score as a curve that should fall, and what chance is on it.

    Attributes:
        shape: the share that is missing of a score in 0..1; other scores that should rise turned
            over; errors as they are.
        chance: what is missing of it by chance; NaN where that is not known.
    """

    shape: Shape
    chance: float = np.nan


NO_SCORE = Score(NO_SHAPE)


@dataclass(frozen=True, eq=False)
class Curves:
    """The curves of a run at a cut-off; each ``NO_SHAPE`` where it was not written."""

    run: RunView

    @cached_property
    def _train(self) -> list[NamedSeries]:
        found = losses.training_losses(self.run)
        return found or _sum_of_parts(self.run, {Phase.TRAIN})

    @cached_property
    def train(self) -> Shape:
        """The training loss that has most points: its course, step by step where written."""
        return _shape_of_longest(self._train)

    @cached_property
    def epochs(self) -> Shape:
        """The training loss to hold against validation: means over epochs where written."""
        means = [one for one in self._train if one.about.cadence is Cadence.EPOCH]
        is_other = means and _longest(means) is not _longest(self._train)
        return _shape_of_longest(means) if is_other else self.train

    @cached_property
    def validation(self) -> Shape:
        """The validation loss."""
        found = losses.validation_losses(self.run) or _sum_of_parts(self.run, HELD_OUT)
        means = [one for one in found if one.about.cadence is Cadence.EPOCH]
        return _shape_of_longest(means or found)

    @cached_property
    def guess(self) -> float:
        """What guessing costs of the training loss; NaN where it is not known."""
        found = guess(self.run)
        return _entropy_of_labels(self.run) if found is None else found.cost

    @cached_property
    def score(self) -> Score:
        """The score on held-out data."""
        return self._score_of(HELD_OUT)

    @cached_property
    def train_score(self) -> Score:
        """The score on the training data."""
        return self._score_of({Phase.TRAIN})

    @cached_property
    def returns(self) -> Shape:
        """The return, turned over so that it should fall."""
        return self._of(Role.RETURN, sign=-1.0)

    @cached_property
    def episode_length(self) -> Shape:
        """The length of the episodes."""
        return self._of(Role.EPISODE_LENGTH)

    @cached_property
    def entropy(self) -> Shape:
        """The size of the policy's entropy, of which libraries write either sign."""
        return self._of(Role.POLICY_ENTROPY, size=True)

    @cached_property
    def value_loss(self) -> Shape:
        """The loss of the value function."""
        return self._of(Role.VALUE_LOSS)

    @cached_property
    def policy_loss(self) -> Shape:
        """The loss of the policy."""
        return self._of(Role.POLICY_LOSS)

    @cached_property
    def explained_variance(self) -> Shape:
        """The share of the returns' variance that the value function explains."""
        return self._of(Role.EXPLAINED_VARIANCE)

    @cached_property
    def kl(self) -> Shape:
        """The divergence of the policy from the one before."""
        return self._of(Role.KL, size=True)

    @cached_property
    def clip_fraction(self) -> Shape:
        """The share of the policy's moves that were clipped."""
        return self._of(Role.CLIP_FRACTION)

    @cached_property
    def generator(self) -> Shape:
        """The loss of a generator."""
        return self._of(Role.GENERATOR_LOSS)

    @cached_property
    def discriminator(self) -> Shape:
        """The loss of a discriminator."""
        return self._of(Role.DISCRIMINATOR_LOSS)

    @cached_property
    def diversity(self) -> Shape:
        """The diversity of what a generator makes."""
        return self._of(Role.DIVERSITY)

    @cached_property
    def gradient_norm(self) -> Shape:
        """The norm of the gradient."""
        return self._of(Role.GRADIENT_NORM)

    @cached_property
    def weight_norm(self) -> Shape:
        """The norm of the weights."""
        return self._of(Role.WEIGHT_NORM)

    @cached_property
    def learning_rate(self) -> Shape:
        """The learning rate."""
        return self._of(Role.LEARNING_RATE)

    @cached_property
    def loss_scale(self) -> Shape:
        """The factor of a loss that is computed in half precision."""
        return self._of(Role.LOSS_SCALE)

    @cached_property
    def _by_role(self) -> dict[Role, list[NamedSeries]]:
        found: dict[Role, list[NamedSeries]] = {}
        for one in self.run.with_role(*_KNOWN):
            found.setdefault(one.about.role, []).append(one)
        return found

    def _of(self, role: Role, *, sign: float = 1.0, size: bool = False) -> Shape:
        return _shape_of_longest(self._by_role.get(role, []), sign, size=size)

    def _score_of(self, phases: Collection[Phase]) -> Score:
        for role in _SCORES:
            found = [one for one in self._by_role.get(role, []) if one.about.phase in phases]
            if found:
                return self._as_score(_longest(found), role)
        return NO_SCORE

    def _as_score(self, one: NamedSeries, role: Role) -> Score:
        if role in _OF_FRACTIONS:
            missing = Series(one.series.steps, 1 - one.series.values)
            return Score(Shape.of(missing), self._missing_by_chance(role))
        rises = one.about.direction is Direction.HIGHER
        return Score(Shape.of(one.series, -1.0 if rises else 1.0))

    def _missing_by_chance(self, role: Role) -> float:
        if role is Role.AUC:
            return 1 - _CHANCE_OF_AUC
        share = largest_share(self.run) if role is Role.ACCURACY else None
        if share is None and role is Role.ACCURACY:
            classes = inferred_classes(self.run)
            share = 1 / classes if classes else None
        return np.nan if share is None else 1 - share


# Features ask it one after the other for those of one run.
@lru_cache(maxsize=1)
def curves_of(seen: Seen) -> Curves:
    """Return the curves of a run, the same for all its features."""
    return Curves(seen.run)


def _longest(found: Iterable[NamedSeries]) -> NamedSeries:
    """Return the series with most points, of these the surest and the first by name."""
    return min(found, key=lambda one: (-one.series.steps.size, -one.about.sure, one.name))


def _shape_of_longest(
    found: Collection[NamedSeries], sign: float = 1.0, *, size: bool = False
) -> Shape:
    if not found:
        return NO_SHAPE
    series = _longest(found).series
    return Shape.of(Series(series.steps, np.abs(series.values)) if size else series, sign)


def _entropy_of_labels(run: RunView) -> float:
    """Return what the mean label costs under a cross entropy where ``guess`` tells nothing.

    Rules say nothing of classes that are very rare, since good models are hardly better there, nor
    of labels between 0 and 1 whose columns are not known; a feature may.
    """
    loss, shares, seen = recorded_training.loss(run), class_shares(run), labels(run)
    weights = label_weights(run)
    if loss is None or (weights is not None and not weights.are_equal):
        return np.nan
    if loss.name in recorded_training.CROSS_ENTROPIES and shares:
        return entropy(np.array(shares))
    if loss.name in recorded_training.BINARY_LOSSES and seen is not None:
        return entropy(np.array([seen.mean, 1 - seen.mean])) if 0 < seen.mean < 1 else np.nan
    return np.nan


def _sum_of_parts(run: RunView, phases: Collection[Phase]) -> list[NamedSeries]:
    """Return the sum of the losses of parts, as detectors write them without their whole.

    Of those that were written at the same steps as the first; empty where there are fewer than two.
    """
    parts = [
        one
        for one in run.with_role(Role.PARTIAL_LOSS)
        if one.about.phase in phases and not one.about.moving
    ]
    same = [one for one in parts if np.array_equal(one.series.steps, parts[0].series.steps)]
    if len(same) < 2:
        return []
    with np.errstate(over="ignore", invalid="ignore"):
        total = np.sum([one.series.values for one in same], axis=0)
    first = same[0]
    return [NamedSeries(first.stream, first.tag, Series(first.series.steps, total), first.about)]
