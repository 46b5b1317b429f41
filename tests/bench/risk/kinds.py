"""How well the kind of a failure is foreseen, on families of programs and repositories left out."""

from functools import cache

import numpy as np

from insight_lib.errors import InputError
from insight_lib.risk.features.peers import MODEL_FEATURES
from insight_lib.risk.landmarks import SHARES
from insight_lib.risk.models.wording import described
from insight_lib.risk.training.kind_quality import KindQuality, qualities
from insight_lib.risk.training.kinds_out_of_family import KindsOutOfFamily, kinds_out_of_family
from insight_lib.risk.training.learning_table import joined_tables, read_learning_table
from insight_lib.risk.training.peers import among_peers
from insight_lib.risk.training.train import in_order_of
from tests.bench.risk.places import PUBLIC, ZOO

QUALITY_COLUMNS = (
    "of the run", "looks", "told right", "always the most frequent", "log loss",
    "of their frequency", "ahead by", "standard error", "said",
)  # fmt: skip
KIND_COLUMNS = ("kind", "looks", "said", "of these right", "found")
_SEED = 0


@cache
def committed_kinds() -> KindsOutOfFamily:
    """Return what is said of failed runs of the committed tables, their family left out.

    Raises:
        InputError: a table is missing, or has too few failed runs.
    """
    tables = [read_learning_table(path) for path in (ZOO, PUBLIC)]
    table = among_peers(joined_tables(tables))
    words = described(in_order_of(table, MODEL_FEATURES))
    found = kinds_out_of_family(table, words, SHARES, _SEED)
    if found is None:
        raise InputError(f"{ZOO} has too few failed runs to tell kinds apart; train more runs")
    return found


def quality_rows(found: KindsOutOfFamily) -> list[tuple[object, ...]]:
    """Return a line a share, and one for runs of which it is not known, under QUALITY_COLUMNS."""
    names = [*(f"{share:.0%}" for share in SHARES), "not known"]
    each = zip(names, qualities(found, len(SHARES)), strict=True)
    return [(name, *_quality_row(one)) for name, one in each]


def kind_rows(found: KindsOutOfFamily) -> list[tuple[object, ...]]:
    """Return a line a kind under KIND_COLUMNS: shares of what was said, and of what there was."""
    return [(kind, *_kind_row(found, place)) for place, kind in enumerate(found.kinds)]


def _quality_row(one: KindQuality) -> tuple[object, ...]:
    figures = (
        one.accuracy, one.base_accuracy, one.log_loss, one.base_log_loss, one.gain.mean,
        one.gain.stderr,
    )  # fmt: skip
    said = "yes" if one.gain.is_clear else "no"
    return (one.rows, *(round(figure, 3) for figure in figures), said)


def _kind_row(found: KindsOutOfFamily, place: int) -> tuple[object, ...]:
    is_kind, is_said = found.place == place, found.kind_said == place
    right = int(np.sum(is_kind & is_said))
    looks, said = int(is_kind.sum()), int(is_said.sum())
    return looks, said, _share(right, said), _share(right, looks)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 2) if whole else None
