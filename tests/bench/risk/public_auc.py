"""Failures of public runs foreseen at half of their length, each repository left out.

The model that ships has learnt from these runs, so it is not the one that is judged: it is trained
again without a sixth of the repositories at a time. What the zoo alone teaches is printed beside.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt

from insight_lib.cli.output import print_table
from insight_lib.columnar.arrays import Booleans, Floats
from insight_lib.errors import InputError
from insight_lib.risk.features.peers import MODEL_FEATURES
from insight_lib.risk.models.member import inputs_of
from insight_lib.risk.models.wording import described
from insight_lib.risk.training.learning_table import (
    LearningTable,
    joined_tables,
    read_learning_table,
)
from insight_lib.risk.training.members import fit_member, member_plans
from insight_lib.risk.training.out_of_family import member_of
from insight_lib.risk.training.peers import among_peers
from insight_lib.risk.training.train import in_order_of
from tests.bench.entry import Entry, at_least_share
from tests.bench.risk.intervals import auc_interval
from tests.bench.risk.places import PUBLIC, ZOO
from tests.bench.risk.ranking import auc

SHARE = 0.5
GOAL = 0.85
COLUMNS = ("learnt from", "which", "runs", "failed", "repositories", "AUC", "95 %")
_SEED = 0

Scoring = Callable[[LearningTable, LearningTable], Floats]
"""From the rows to learn from and those to judge to log-odds of the latter, (rows,)."""


def risk_public_auc() -> Entry:
    """Return the AUC on public runs that have not failed at half their length, repositories unseen.

    Raises:
        InputError: a table is missing.
    """
    print_table("Public runs at 50 % of their length", COLUMNS, public_rows())
    public, scores = _public_at_half(), committed_public_scores()["zoo and other repositories"]
    to_foresee = ~public.has_failed
    value = auc(public.failed[to_foresee] == 1, scores[to_foresee])
    return at_least_share("risk_public_auc", value, GOAL)


def public_rows() -> list[tuple[object, ...]]:
    """Return the figures under COLUMNS: by what was learnt from, runs to foresee and the others."""
    public = _public_at_half()
    parts = {
        "to foresee": ~public.has_failed,
        "failed by then, and healthy": public.has_failed | (public.failed == 0),
    }
    return [
        (learnt, which, *_row(public, scores, rows))
        for learnt, scores in committed_public_scores().items()
        for which, rows in parts.items()
    ]


@cache
def committed_public_scores() -> dict[str, Floats]:
    """Return log-odds of the public runs at half of their length, (rows,), by what was learnt from.

    Not calibrated: only their order is judged.
    """
    if not PUBLIC.exists():
        raise InputError(f"no {PUBLIC}; run `python -m tests.bench.risk.public`")
    zoo, public = among_peers(read_learning_table(ZOO)), _public()
    return {
        "zoo and other repositories": scores_out_of_repository(zoo, public, scores_of)[_half()],
        "zoo alone": scores_of(zoo, _public_at_half()),
    }


def scores_out_of_repository(zoo: LearningTable, public: LearningTable, score: Scoring) -> Floats:
    """Return scores of public rows by what learnt from the zoo and other families of repositories.

    Shape (public rows,).
    """
    family = np.array(public.family, dtype=np.str_)
    found = np.full(family.size, np.nan)
    for held_out in np.unique(family):
        is_out = family == held_out
        found[is_out] = score(joined_tables([zoo, public.rows(~is_out)]), public.rows(is_out))
    return found


def scores_of(seen: LearningTable, judged: LearningTable) -> Floats:
    """Return the log-odds that the product's learner gives to rows, (rows,)."""
    seen = seen.rows(~seen.is_finished)
    words = described(in_order_of(seen, MODEL_FEATURES))
    plans = member_plans(words)
    member = member_of(plans, words, judged)
    found = np.full(len(judged.failed), np.nan)
    for place in np.unique(member):
        own = member == place
        model = fit_member(plans[place], words, seen, _SEED)
        inputs = inputs_of(judged.matrix.values[own], plans[place].columns, judged.share[own])
        found[own] = model.log_odds(inputs)
    return found


@cache
def _public_at_half() -> LearningTable:
    return _public().rows(_half())


@cache
def _half() -> npt.NDArray[np.bool_]:
    return np.isclose(_public().share, SHARE)


@cache
def _public() -> LearningTable:
    return among_peers(read_learning_table(PUBLIC))


def _row(public: LearningTable, scores: Floats, rows: Booleans) -> tuple[object, ...]:
    failed, repository = public.failed[rows] == 1, np.array(public.program, dtype=np.str_)[rows]
    low, high = auc_interval(failed, scores[rows], repository)
    return (
        failed.size, int(failed.sum()), np.unique(repository).size,
        round(auc(failed, scores[rows]), 3), f"{low:.3f} to {high:.3f}",
    )  # fmt: skip
