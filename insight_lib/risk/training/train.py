"""Training the model that ships."""

from collections.abc import Sequence

import numpy as np

from insight_lib.errors import InputError
from insight_lib.risk.features.feature import Feature
from insight_lib.risk.models.bundle import RiskBundle
from insight_lib.risk.models.healthy import describe_healthy
from insight_lib.risk.models.landmark_places import places_of
from insight_lib.risk.models.member import Member
from insight_lib.risk.models.novelty import Novelty, fit_novelty
from insight_lib.risk.models.storage import with_version
from insight_lib.risk.models.wording import described
from insight_lib.risk.training.card import card_of, metrics_of
from insight_lib.risk.training.families import single_family_of
from insight_lib.risk.training.kind_quality import kind_card, kind_metrics, train_kinds
from insight_lib.risk.training.kinds_out_of_family import kinds_out_of_family
from insight_lib.risk.training.learning_table import LearningTable
from insight_lib.risk.training.members import fit_member, member_plans
from insight_lib.risk.training.out_of_family import (
    calibrated_out_of_family,
    landmarks_of,
    plain_out_of_family,
    settled,
)

LEAST_OF_A_CLASS = 10
"""Runs of each outcome that a model is learnt from at least: a model of fewer is their portrait."""


def train_bundle(table: LearningTable, features: Sequence[Feature], seed: int = 0) -> RiskBundle:
    """Return the model of all runs of a table, measured on families left out.

    The same arguments give the same bits, on any number of cores.

    Args:
        table: runs of several families at their landmarks; rows of their end are left out.
        features: those of the table, in any order.
        seed: of all chance.

    Raises:
        InputError: the table's features are not these, or its runs cannot train a model that could
            be tested.
        MissingExtraError: scikit-learn is not installed.
    """
    ordered = in_order_of(table, features)
    table = table.rows(~table.is_finished)
    reason = why_not(table)
    if reason:
        raise InputError(f"no model can be learnt: {reason}")
    words = described(ordered)
    plans, landmarks = member_plans(words), landmarks_of(table)
    plain = plain_out_of_family(plans, words, table, seed)
    members, limits = [], []
    for plan, own in zip(plans, plain, strict=True):
        maps, thresholds = settled(plan, words, table, own, landmarks)
        model = fit_member(plan, words, table, seed)
        flag_above = np.array([one.flag_above for one in thresholds])
        members.append(Member(plan.name, plan.needs, plan.columns, model, maps, flag_above))
        limits.append(thresholds)
    unseen = calibrated_out_of_family(plans, words, table, plain, seed)
    of_kinds = kinds_out_of_family(table, words, landmarks, seed)
    kinds = train_kinds(of_kinds, words, landmarks, seed)
    return with_version(
        RiskBundle(
            features=words,
            landmarks=landmarks,
            members=tuple(members),
            novelty=novelty_of_table(table, landmarks, seed),
            kinds=kinds,
            correction=None,
            data_fingerprint=table.fingerprint,
            metrics={
                **metrics_of(table, unseen, landmarks),
                "kinds": kind_metrics(of_kinds, landmarks),
            },
            card={
                **card_of(table, members, limits, landmarks),
                "kinds": kind_card(kinds, landmarks),
            },
        )
    )


def novelty_of_table(table: LearningTable, landmarks: tuple[float, ...], seed: int) -> Novelty:
    """Return what runs are to compare with; healthy ones at each landmark."""
    landmark, is_healthy = places_of(table.share, landmarks), table.failed == 0
    values = table.matrix.values
    healthy = describe_healthy(values[is_healthy], landmark[is_healthy], len(landmarks))
    return fit_novelty(values, landmark, healthy, seed)


def in_order_of(table: LearningTable, features: Sequence[Feature]) -> tuple[Feature, ...]:
    """Return the features in the order of the table's columns.

    Raises:
        InputError: the table lacks some, or has others.
    """
    by_name = {one.name: one for one in features}
    wrong = sorted(set(by_name) ^ set(table.matrix.names))
    if wrong:
        raise InputError(
            f"the learning table's features are not those that are computed: {', '.join(wrong[:5])}"
            f"{f' and {len(wrong) - 5} more' if len(wrong) > 5 else ''}; "
            "write it again with the recipe"
        )
    return tuple(by_name[name] for name in table.matrix.names)


def why_not(table: LearningTable) -> str:
    """Return why a table cannot train a model that could be tested; empty where it can."""
    for outcome, word in ((1.0, "failed"), (0.0, "healthy")):
        runs = {
            run
            for run, one in zip(table.matrix.run_ids, table.failed, strict=True)
            if one == outcome
        }
        if len(runs) < LEAST_OF_A_CLASS:
            return f"{len(runs)} runs {word}, {LEAST_OF_A_CLASS} are needed; add more runs"
        only = single_family_of(outcome, table.family, table.failed.tolist())
        if only is not None:
            return f"every {word} run is of the family {only}; add {word} runs of another one"
    return ""
