"""What the model says of runs whose family it has not seen: the only honest figures there are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats, Places
from insight_lib.risk.features.feature import Feature
from insight_lib.risk.models.calibration import Calibration, choose_calibration, fit_platt
from insight_lib.risk.models.conformal import Threshold, choose_threshold
from insight_lib.risk.models.healthy import describe_healthy
from insight_lib.risk.models.landmark_places import places_of
from insight_lib.risk.models.learner import probability_of
from insight_lib.risk.models.member import is_known_of
from insight_lib.risk.models.novelty import ABSTAIN_QUANTILE, fit_novelty
from insight_lib.risk.models.wording import Described, described
from insight_lib.risk.training.families import families_left_out
from insight_lib.risk.training.fold_workers import Folds, each_fold
from insight_lib.risk.training.learning_table import LearningTable
from insight_lib.risk.training.members import MemberPlan, member_plans

LEAST_FOR_ISOTONIC = 100
"""Rows at a landmark under which only Platt's line is fitted: steps of fewer follow chance."""


@dataclass(frozen=True)
class OutOfFamily:
    """What is said of each row by models of all other families; arrays have shape (rows,).

    Attributes:
        log_odds: calibrated.
        probability: of failure.
        flagged: above the threshold; false where it abstains.
        novelty: see `Novelty.of`.
        abstains: outside of what the model knows.
    """

    log_odds: Floats
    probability: Floats
    flagged: Booleans
    novelty: Floats
    abstains: Booleans


def score_out_of_family(
    table: LearningTable, features: Sequence[Feature], seed: int = 0
) -> OutOfFamily:
    """Return what models say of the rows of each family that were trained on the others.

    Calibration and threshold of a row are chosen by the rows of all other families as well.

    Args:
        table: to learn from and to score.
        features: of the table, in the order of its columns.
        seed: of all chance.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    words = described(features)
    plans = member_plans(words)
    plain = plain_out_of_family(plans, words, table, seed)
    return calibrated_out_of_family(plans, words, table, plain, seed)


def plain_out_of_family(
    plans: Sequence[MemberPlan], words: Sequence[Described], table: LearningTable, seed: int
) -> Floats:
    """Return each member's log-odds of each row, without calibration; shape (members, rows).

    A row's model has not seen the row's family.
    """
    found = np.full((len(plans), len(table.failed)), np.nan)
    for place, rows, log_odds in each_fold(Folds(plans, words, table, seed)):
        found[place, rows] = log_odds
    return found


def calibrated_out_of_family(
    plans: Sequence[MemberPlan],
    words: Sequence[Described],
    table: LearningTable,
    plain: Floats,
    seed: int,
) -> OutOfFamily:
    """Return all that is said of each row, nothing of it chosen by the row's family.

    Args:
        plans: the members.
        words: features, in the order of the table's columns.
        table: the rows.
        plain: of `plain_out_of_family`.
        seed: of the novelty.
    """
    landmarks = landmarks_of(table)
    landmark = places_of(table.share, landmarks)
    member = member_of(plans, words, table)
    log_odds, flag_above = np.full(plain.shape[1], np.nan), np.full(plain.shape[1], np.inf)
    novelty = np.full(plain.shape[1], np.nan)
    for _, others, test in families_left_out(table.family):
        train = others[~table.is_finished[others]]
        seen = table.rows(train)
        for place, plan in enumerate(plans):
            maps, limits = settled(plan, words, seen, plain[place, train], landmarks)
            for at in range(len(landmarks) + 1):
                rows = test[(member[test] == place) & (landmark[test] == at)]
                log_odds[rows] = maps[at].apply(plain[place, rows])
                flag_above[rows] = limits[at].flag_above
        healthy = describe_healthy(
            seen.matrix.values[seen.failed == 0],
            landmark[train][seen.failed == 0],
            len(landmarks),
        )
        known = fit_novelty(seen.matrix.values, landmark[train], healthy, seed)
        novelty[test] = known.of(table.matrix.values[test], landmark[test])
    abstains = novelty > ABSTAIN_QUANTILE
    return OutOfFamily(
        log_odds, probability_of(log_odds), (log_odds > flag_above) & ~abstains, novelty, abstains
    )


def landmarks_of(table: LearningTable) -> tuple[float, ...]:
    """Return the shares that occur in a table before the end of runs, rising."""
    return tuple(np.unique(table.share[table.share < 1]).tolist())


def member_of(
    plans: Sequence[MemberPlan], words: Sequence[Described], table: LearningTable
) -> Places:
    """Return the place of the member that scores each row; shape (rows,)."""
    chosen = np.full(len(table.failed), len(plans) - 1, dtype=np.intp)
    for place in reversed(range(len(plans))):
        chosen[is_known_of(table.matrix.values, words, plans[place].needs)] = place
    return chosen


def settled(
    plan: MemberPlan,
    words: Sequence[Described],
    table: LearningTable,
    plain: Floats,
    landmarks: tuple[float, ...],
) -> tuple[tuple[Calibration, ...], tuple[Threshold, ...]]:
    """Return a member's calibration and threshold at each landmark, the last over all of them.

    They are settled by runs that the member may score and that had not failed yet.

    Args:
        plan: the member.
        words: features, in the order of the table's columns.
        table: the rows.
        plain: shape (rows,), the member's log-odds out of family.
        landmarks: shares.
    """
    is_scored = is_known_of(table.matrix.values, words, plan.needs)
    scored, own = table.rows(is_scored), plain[is_scored]
    maps = calibrations_of(scored, own, landmarks)
    return maps, thresholds_of(scored, own, maps, landmarks)


def calibrations_of(
    table: LearningTable, plain: Floats, landmarks: tuple[float, ...]
) -> tuple[Calibration, ...]:
    """Return the calibration at each landmark, the last over all, of runs not yet failed.

    Args:
        table: the rows.
        plain: shape (rows,), log-odds out of family.
        landmarks: shares.
    """
    found: list[Calibration] = []
    for rows in _rows_at(table, landmarks):
        failed = table.failed[rows]
        if rows.size < LEAST_FOR_ISOTONIC:
            found.append(fit_platt(plain[rows], failed))
        else:
            families = [table.family[i] for i in rows]
            found.append(choose_calibration(plain[rows], failed, families))
    return tuple(found)


def thresholds_of(
    table: LearningTable,
    plain: Floats,
    calibrations: Sequence[Calibration],
    landmarks: tuple[float, ...],
) -> tuple[Threshold, ...]:
    """Return the threshold at each landmark, the last over all, of runs not yet failed.

    Args:
        table: the rows.
        plain: shape (rows,), log-odds out of family.
        calibrations: of `calibrations_of`.
        landmarks: shares.
    """
    found = []
    for rows, calibration in zip(_rows_at(table, landmarks), calibrations, strict=True):
        scores = calibration.apply(plain[rows])
        families = np.array([table.family[i] for i in rows], dtype=np.str_)
        is_healthy = table.failed[rows] == 0
        found.append(
            choose_threshold(
                {str(one): scores[is_healthy & (families == one)] for one in np.unique(families)}
            )
        )
    return tuple(found)


def _rows_at(table: LearningTable, landmarks: tuple[float, ...]) -> list[Places]:
    """Return the rows of runs not yet failed at each landmark, and last of all of them."""
    landmark = places_of(table.share, landmarks)
    at_each = [(landmark == place) & ~table.has_failed for place in range(len(landmarks))]
    return [np.flatnonzero(one) for one in (*at_each, ~table.has_failed)]
