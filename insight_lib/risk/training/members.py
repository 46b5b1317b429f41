"""The models of a bundle: which features each looks at, and how it is fitted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats, Places
from insight_lib.risk.features.feature import Group
from insight_lib.risk.models.blend import Blend, BlendModel
from insight_lib.risk.models.boosting import BoostedTrees
from insight_lib.risk.models.logistic import Logistic
from insight_lib.risk.models.member import LAYER_GROUPS, inputs_of
from insight_lib.risk.models.wording import Described
from insight_lib.risk.training.learning_table import LearningTable

FAILED_ALREADY_WEIGHT = 0.3
"""What a row counts whose run has failed already: it teaches what NaN means, not foresight."""
MASKED_SHARE = 0.3
"""Chance of each group to be hidden in the second copy of each row, as other loggers leave out
groups: then a missing group says nothing."""
ALWAYS_MASKED = (Group.PEERS,)
"""Groups hidden in every second copy: a run that is the only one of its program has no peers."""


@dataclass(frozen=True)
class MemberPlan:
    """A member before it is fitted; see `Member`."""

    name: str
    needs: tuple[str, ...]
    columns: Places


def member_plans(features: Sequence[Described]) -> tuple[MemberPlan, ...]:
    """Return the members: one for runs whose layers are logged, one for runs of scalars alone.

    Without any feature of layers there is only the second.
    """
    every = np.arange(len(features), dtype=np.intp)
    of_layers = np.array([one.group in LAYER_GROUPS for one in features], dtype=np.bool_)
    scalars = MemberPlan("scalars alone", (), every[~of_layers])
    if not of_layers.any():
        return (MemberPlan("scalars alone", (), every),)
    return (MemberPlan("layers and scalars", LAYER_GROUPS, every), scalars)


def fit_member(
    plan: MemberPlan, features: Sequence[Described], table: LearningTable, seed: int
) -> BlendModel:
    """Return the model of a member, fitted on all rows of the table.

    Args:
        plan: which features it looks at.
        features: columns of the table's matrix.
        table: rows to learn from; both outcomes occur.
        seed: of all chance.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    groups = [features[i].group for i in plan.columns] + ["share"]
    inputs = inputs_of(table.matrix.values, plan.columns, table.share)
    copies = np.vstack([inputs, masked(inputs, groups, seed)])
    weight = weights_of(table)
    directions = (*(features[i].direction for i in plan.columns), 0)
    learner = Blend(BoostedTrees(directions), Logistic(directions))
    return learner.fit(copies, np.tile(table.failed, 2), np.tile(weight, 2), seed)


def weights_of(table: LearningTable) -> Floats:
    """Return what each row counts; shape (rows,), about 1 in the mean.

    A program counts as the root of its rows: by rows the largest would decide what is learnt for
    programs to come, by programs a few odd runs of the smallest.
    """
    names = np.array(table.program, dtype=np.str_)
    _, place, count = np.unique(names, return_inverse=True, return_counts=True)
    balance = 1 / np.sqrt(count[place])
    foresight = np.where(table.has_failed, FAILED_ALREADY_WEIGHT, 1.0)
    weight: Floats = foresight * balance / balance.mean()
    return weight


def masked(inputs: Floats, groups: Sequence[str], seed: int) -> Floats:
    """Return the rows with random groups hidden, each with the chance MASKED_SHARE.

    Those of ALWAYS_MASKED are hidden in each row.

    Args:
        inputs: shape (rows, columns).
        groups: of the columns.
        seed: of the chance.
    """
    names = sorted(set(groups))
    is_hidden = np.random.default_rng(seed).random((len(inputs), len(names))) < MASKED_SHARE
    is_hidden[:, [one in ALWAYS_MASKED for one in names]] = True
    place = np.array([names.index(one) for one in groups], dtype=np.intp)
    return np.where(is_hidden[:, place], np.nan, inputs)
