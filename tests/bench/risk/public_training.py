"""Public runs of a repository scored by a model that has learnt from the zoo and from the others.

``python -m tests.bench.risk.public_training`` prints the figures.
"""

import sys
from collections.abc import Sequence

import numpy as np

from insight_lib.cli.output import print_table
from insight_lib.columnar.arrays import Floats
from insight_lib.errors import InputError
from insight_lib.risk.features.catalogue import FEATURES
from insight_lib.risk.models.member import inputs_of
from insight_lib.risk.models.wording import described
from insight_lib.risk.training.learning_table import LearningTable, joined_tables
from insight_lib.risk.training.members import fit_member, member_plans
from insight_lib.risk.training.out_of_family import member_of
from insight_lib.risk.training.train import in_order_of
from tests.bench.risk.intervals import auc_interval
from tests.bench.risk.kept_scores import committed_study
from tests.bench.risk.public import SHARE, PublicRuns, public_runs
from tests.bench.risk.ranking import auc

FOLDS = 8
"""Repositories are left out an eighth at a time: one by one would cost five times as much."""
_SEED = 0


def scores_out_of_repository(zoo: LearningTable, runs: PublicRuns) -> Floats:
    """Return the log-odds of each public run by models that have not seen its repository, (rows,).

    Not calibrated, since only their order is judged.
    """
    table = joined_tables([zoo, _as_table(runs, zoo.matrix.names)])
    place_of = {run: at for at, run in enumerate(table.matrix.run_ids)}
    rows = np.array([place_of[run] for run in runs.matrix.run_ids], dtype=np.intp)
    found = np.full(rows.size, np.nan)
    for held_out in dealt(runs.repository.tolist(), FOLDS):
        is_out = np.isin(runs.repository, held_out)
        seen = np.ones(len(table.failed), dtype=np.bool_)
        seen[rows[is_out]] = False
        found[is_out] = _scores(table.rows(seen), table.rows(rows[is_out]))
    return found


def dealt(repositories: Sequence[str], folds: int) -> list[list[str]]:
    """Return the repositories in so many groups of about as many runs each."""
    names, counts = np.unique(np.array(repositories, dtype=np.str_), return_counts=True)
    groups: list[list[str]] = [[] for _ in range(min(folds, names.size))]
    sizes = [0] * len(groups)
    for place in sorted(range(names.size), key=lambda at: (-counts[at], str(names[at]))):
        smallest = sizes.index(min(sizes))
        groups[smallest].append(str(names[place]))
        sizes[smallest] += int(counts[place])
    return groups


def _scores(seen: LearningTable, judged: LearningTable) -> Floats:
    words = described(in_order_of(seen, FEATURES))
    plans = member_plans(words)
    member = member_of(plans, words, judged)
    found = np.full(len(judged.failed), np.nan)
    for place in np.unique(member):
        own = member == place
        model = fit_member(plans[place], words, seen, _SEED)
        inputs = inputs_of(judged.matrix.values[own], plans[place].columns, judged.share[own])
        found[own] = model.log_odds(inputs)
    return found


def _as_table(runs: PublicRuns, names: tuple[str, ...]) -> LearningTable:
    rows = runs.failed.size
    repositories = tuple(f"public {one}" for one in runs.repository)
    matrix = type(runs.matrix)(runs.matrix.run_ids, names, runs.matrix.select(names))
    return LearningTable(
        matrix=matrix,
        failed=runs.failed.astype(np.float64),
        has_failed=runs.has_failed,
        share=np.full(rows, SHARE),
        cutoff_step=np.zeros(rows, dtype=np.intp),
        program=repositories,
        family=repositories,
        kind=(None,) * rows,
        failed_share=np.full(rows, np.nan),
        fault=(None,) * rows,
        strength=np.full(rows, np.nan),
        is_sampled=np.zeros(rows, dtype=np.bool_),
    )


def main() -> int:
    """Print the AUC, and its interval over repositories."""
    try:
        runs = public_runs()
        scores = scores_out_of_repository(committed_study().table, runs)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    own = ~runs.has_failed
    low, high = auc_interval(runs.failed[own], scores[own], runs.repository[own])
    row = (int(own.sum()), round(auc(runs.failed[own], scores[own]), 3), f"{low:.3f} to {high:.3f}")
    print_table(
        "Public runs, learnt from the zoo and other repositories", ("runs", "AUC", "95 %"), [row]
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
