"""Whether what was never seen is told to be novel: a kind of failure, or a fault."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats
from insight_lib.risk.models.healthy import describe_healthy
from insight_lib.risk.models.landmark_places import places_of
from insight_lib.risk.models.novelty import fit_novelty
from insight_lib.risk.models.ranking import roc_auc
from insight_lib.risk.training.families import families_left_out
from insight_lib.risk.training.learning_table import LearningTable
from insight_lib.risk.training.out_of_family import landmarks_of

LEAST_ROWS = 10
"""Of a kind: of fewer the area is chance."""


@dataclass(frozen=True)
class LeftOut:
    """How novel is what was left out.

    Attributes:
        rows: failed ones of it.
        families: that have such a row.
        auc: ROC AUC of the novelty of these rows against the healthy ones of the same families; 0.5
            where novelty knows nothing of it.
        auc_seen: the same to what has seen the name in other families.
    """

    rows: int
    families: int
    auc: float
    auc_seen: float


def novelty_of_left_out(
    table: LearningTable, names: Sequence[str | None], seed: int = 0
) -> dict[str, LeftOut]:
    """Return name to the novelty of its failed runs, to what has seen nothing of that name.

    What is compared with has not seen the row's family either, so that a healthy run of a program
    that nobody knows is what has to be told apart.

    Args:
        table: rows of runs; those of the end of their runs are left out.
        names: of the rows, what to leave out one after the other: ``table.kind``, ``table.fault``.
        seed: of the forests.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    running = table.rows(~table.is_finished)
    named = np.array([one or "" for one in names], dtype=np.str_)[~table.is_finished]
    is_failed = running.failed == 1
    every = np.ones_like(is_failed)
    of_families_left_out = _novelty(running, ~every, every, seed)
    found = {}
    for name in np.unique(named[is_failed & (named != "")]):
        is_named = named == name
        if np.sum(is_named & is_failed) >= LEAST_ROWS:
            found[str(name)] = _left_out(running, is_named, of_families_left_out, seed)
    return found


def _left_out(table: LearningTable, is_named: Booleans, seen: Floats, seed: int) -> LeftOut:
    is_failed = is_named & (table.failed == 1)
    families = np.array(table.family, dtype=np.str_)
    own = np.unique(families[is_failed])
    is_judged = is_failed | (~is_named & (table.failed == 0) & np.isin(families, own))
    auc, auc_seen = (
        roc_auc(is_failed[is_judged].astype(np.float64), novelty[is_judged])
        for novelty in (_novelty(table, is_named, is_judged, seed), seen)
    )
    return LeftOut(int(is_failed.sum()), int(own.size), auc, auc_seen)


def _novelty(table: LearningTable, is_left_out: Booleans, is_judged: Booleans, seed: int) -> Floats:
    """Return the novelty of judged rows by rows of other families that are not left out."""
    landmarks = landmarks_of(table)
    landmark, values = places_of(table.share, landmarks), table.matrix.values
    found = np.full(len(values), np.nan)
    for _, others, family in families_left_out(table.family):
        test = family[is_judged[family]]
        if not test.size:
            continue
        train = others[~is_left_out[others]]
        is_healthy = train[table.failed[train] == 0]
        healthy = describe_healthy(values[is_healthy], landmark[is_healthy], len(landmarks))
        seen = fit_novelty(values[train], landmark[train], healthy, seed)
        found[test] = seen.of(values[test], landmark[test])
    return found
