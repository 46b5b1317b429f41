"""Fit the models of left-out families in several processes: folds do not depend on each other."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from insight_lib.columnar.arrays import Floats, Places
from insight_lib.risk.models.member import inputs_of
from insight_lib.risk.models.wording import Described
from insight_lib.risk.training.families import families_left_out
from insight_lib.risk.training.learning_table import LearningTable
from insight_lib.risk.training.members import MemberPlan, fit_member

LEAST_ROWS = 2_000
"""Of a table that is worth the start of workers, some 3 s of CPU each."""


class Folds:
    """Says of each row what a model says that has not seen the row's family.

    Each fold runs in one thread, so that the bits do not depend on how many run at once.
    """

    def __init__(
        self,
        plans: Sequence[MemberPlan],
        words: Sequence[Described],
        table: LearningTable,
        seed: int,
    ) -> None:
        self.plans, self.words, self.table, self.seed = plans, words, table, seed
        self.folds = [(others, test) for _, others, test in families_left_out(table.family)]

    def log_odds(self, fold: int, plan: MemberPlan) -> Floats:
        """Return the log-odds of the rows left out in a fold, without calibration."""
        others, test = self.folds[fold]
        seen = self.table.rows(others[~self.table.is_finished[others]])
        model = fit_member(plan, self.words, seen, self.seed)
        inputs = inputs_of(self.table.matrix.values[test], plan.columns, self.table.share[test])
        return model.log_odds(inputs)


def each_fold(folds: Folds) -> Iterator[tuple[int, Places, Floats]]:
    """Yield (place of the member, rows, their log-odds) of each fold and member.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    tasks = [(fold, place) for fold in range(len(folds.folds)) for place in range(len(folds.plans))]
    if len(folds.table.failed) < LEAST_ROWS:
        found = [folds.log_odds(fold, folds.plans[place]) for fold, place in tasks]
    else:
        # Started fresh: a copy of a process in which OpenMP has run can hang.
        with ProcessPoolExecutor(
            os.cpu_count(), get_context("spawn"), initializer=_keep, initargs=(folds,)
        ) as workers:
            found = list(workers.map(_log_odds, tasks))
    for (fold, place), log_odds in zip(tasks, found, strict=True):
        yield place, folds.folds[fold][1], log_odds


_kept: list[Folds] = []


def _keep(folds: Folds) -> None:
    _kept[:] = [folds]


def _log_odds(task: tuple[int, int]) -> Floats:
    fold, place = task
    return _kept[0].log_odds(fold, _kept[0].plans[place])
