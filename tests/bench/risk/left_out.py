"""Whether what was never seen is told to be novel: each kind of failure and fault in turn."""

from collections.abc import Sequence

from insight_lib.risk.training.learning_table import LearningTable
from insight_lib.risk.training.left_out_kinds import novelty_of_left_out

COLUMNS = ("left out", "looks", "families", "AUC, never seen", "AUC, seen elsewhere")
_AS_IT_IS = "healthy"


def kinds_left_out(table: LearningTable) -> list[tuple[object, ...]]:
    """Return a line a kind of failure under COLUMNS, by falling AUC."""
    return _rows(table, table.kind)


def faults_left_out(table: LearningTable) -> list[tuple[object, ...]]:
    """Return a line a fault of the zoo under COLUMNS, by falling AUC."""
    return _rows(table, [None if one == _AS_IT_IS else one for one in table.fault])


def _rows(table: LearningTable, names: Sequence[str | None]) -> list[tuple[object, ...]]:
    found = novelty_of_left_out(table, names)
    ranked = sorted(found.items(), key=lambda pair: (-pair[1].auc, pair[0]))
    return [
        (name, one.rows, one.families, round(one.auc, 3), round(one.auc_seen, 3))
        for name, one in ranked
    ]
