"""Whether a kind of failure that was never seen is told to be novel."""

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


def novelty_of_left_out_kinds(table: LearningTable, seed: int = 0) -> dict[str, float]:
    """Return kind of failure to the ROC AUC of the novelty of exactly its runs.

    What is compared with has seen neither the kind nor the row's family; the runs that are not to
    be novel are healthy ones of the left-out families. 0.5 where novelty knows nothing of the kind.

    Args:
        table: rows with kinds; those of the end of their runs are left out.
        seed: of the forests.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    running = table.rows(~table.is_finished)
    kinds = np.array([one or "" for one in running.kind], dtype=np.str_)
    found = {}
    for kind in np.unique(kinds[kinds != ""]):
        is_kind = kinds == kind
        if is_kind.sum() >= LEAST_ROWS:
            judged = is_kind | (running.failed == 0)
            novelty = _without(running, is_kind, seed)
            found[str(kind)] = roc_auc(is_kind[judged].astype(np.float64), novelty[judged])
    return found


def _without(table: LearningTable, is_left_out: Booleans, seed: int) -> Floats:
    """Return the novelty of each row by rows of other families that are not left out."""
    landmarks = landmarks_of(table)
    landmark, values = places_of(table.share, landmarks), table.matrix.values
    found = np.empty(len(values))
    for _, others, test in families_left_out(table.family):
        train = others[~is_left_out[others]]
        is_healthy = train[table.failed[train] == 0]
        healthy = describe_healthy(values[is_healthy], landmark[is_healthy], len(landmarks))
        seen = fit_novelty(values[train], landmark[train], healthy, seed)
        found[test] = seen.of(values[test], landmark[test])
    return found
