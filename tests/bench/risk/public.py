"""Rows of public runs of others, with the outcomes that a reader gave them.

``python -m tests.bench.risk.public`` writes them as ``data/public.parquet``: features and outcomes,
repositories and runs numbered.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from insight_lib.dissection.logged_runs import read_views
from insight_lib.dissection.run.view import RunView
from insight_lib.errors import InputError
from insight_lib.risk.features.catalogue import FEATURES, features_of
from insight_lib.risk.features.looking import seen_at
from insight_lib.risk.landmarks import Landmark, share_landmarks
from insight_lib.risk.outcomes.judge import has_failed_by, outcome_of
from insight_lib.risk.recipe.looked import END
from insight_lib.risk.training.learning_table import (
    FEATURE_PREFIX,
    LearningTable,
    table_of_arrow,
    write_learning_table,
)
from tests.bench.public_labels import PUBLIC_RUNS, Label, read_labels
from tests.bench.risk.places import PUBLIC

FAMILIES = 6
"""Of repositories: so many folds leave each out with the runs of the repositories beside it."""
FAMILY_PREFIX = "public_"
TIMED = frozenset(
    {"nan", "diverged", "critic_diverged", "collapsed", "reward_collapse", "entropy_collapse"}
    | {"overfit"}
)
"""Kinds of which a label says since when; of the others it says a quarter of the run, whatever."""

Row = dict[str, Any]


def public_table(folder: Path = PUBLIC_RUNS) -> LearningTable:
    """Return rows of the runs that are labelled failed or healthy, at shares of their length.

    The program of a run is its repository. A run that had no point by then has no row.

    Raises:
        InputError: the folder is not here.
        EventFileError: an event file cannot be read.
    """
    if not (folder / "LABELS.tsv").exists():
        raise InputError(f"no public runs at {folder}; they are no part of the project")
    judged = [one for one in read_labels(folder) if one.outcome in ("failed", "healthy")]
    number_of = {name: at for at, name in enumerate(sorted({one.repository for one in judged}))}
    family_of = {
        name: f"{FAMILY_PREFIX}{at}"
        for at, names in enumerate(dealt([one.repository for one in judged], FAMILIES), start=1)
        for name in names
    }
    rows = [
        row
        | {
            "run": f"public-{number:04d}",
            "program": f"public-repository-{number_of[label.repository]:02d}",
            "family": family_of[label.repository],
        }
        for number, label in enumerate(judged)
        for row in rows_of(_longest(read_views(folder / label.folder)), label)
    ]
    return table_of_arrow(_as_arrow(rows), str(folder))


def rows_of(run: RunView, label: Label) -> Iterator[Row]:
    """Yield what is known of a finished run at each share of its length, and at its end."""
    if run.last_step is None:
        return
    for mark in (*share_landmarks(run, run.last_step), Landmark(END, run.last_step)):
        features = features_of(seen_at(run, mark.step))
        known = {FEATURE_PREFIX + one.name: features.get(one.name) for one in FEATURES}
        yield known | {
            "share": mark.share,
            "cutoff_step": mark.step,
            "failed": label.outcome == "failed",
            "kind": label.kind if label.outcome == "failed" else None,
            "failed_share": None,
            "has_failed": has_failed(label, run, mark.step),
            "fault": None,
            "strength": None,
            "is_sampled": False,
        }


def has_failed(label: Label, run: RunView, step: int) -> bool:
    """Return whether a run had failed by a step, as its label or our rules of outcomes say."""
    if label.outcome != "failed":
        return False
    if label.kind in TIMED and label.since_step is not None and label.since_step <= step:
        return True
    return has_failed_by(run, outcome_of(run), step)


def dealt(names: Sequence[str], groups: int) -> list[list[str]]:
    """Return the distinct names in so many groups, of about as many occurrences each."""
    distinct, counts = np.unique(np.array(names, dtype=np.str_), return_counts=True)
    found: list[list[str]] = [[] for _ in range(min(groups, distinct.size))]
    sizes = [0] * len(found)
    for place in sorted(range(distinct.size), key=lambda at: (-counts[at], str(distinct[at]))):
        smallest = sizes.index(min(sizes))
        found[smallest].append(str(distinct[place]))
        sizes[smallest] += int(counts[place])
    return found


def _longest(runs: Iterator[RunView]) -> RunView:
    """Return the run of a labelled folder; of several below it the one with most points."""
    return max(runs, key=lambda run: sum(one.steps.size for one in run.scalars.values()))


def _as_arrow(rows: Sequence[Row]) -> pa.Table:
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return pa.table(
        {
            name: pa.array(values, type=pa.float32() if name.startswith(FEATURE_PREFIX) else None)
            for name, values in columns.items()
        }
    )


def main() -> int:
    """Write the table; return 0, or 2 where the runs are not here."""
    try:
        table = public_table()
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    write_learning_table(table, PUBLIC)
    print(f"{len(table.failed):,} rows in {PUBLIC}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
