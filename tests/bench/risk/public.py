"""Failures of public runs of others foreseen at half of their length.

``python -m tests.bench.risk.public`` prints the figures and every run that is ranked wrongly.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from insight_lib.cli.output import print_table
from insight_lib.columnar.arrays import Booleans, Floats
from insight_lib.dissection.logged_runs import read_views
from insight_lib.dissection.run.view import RunView
from insight_lib.errors import InputError
from insight_lib.risk.features.catalogue import FEATURES, features_of
from insight_lib.risk.features.looking import seen_at
from insight_lib.risk.landmarks import share_landmarks
from insight_lib.risk.models.matrix import FeatureMatrix
from insight_lib.risk.outcomes.judge import has_failed_by, outcome_of
from insight_lib.risk.registry.default_model import default_model
from tests.bench.entry import Entry, at_least_share
from tests.bench.public_labels import PUBLIC_RUNS, Label, read_labels
from tests.bench.risk.intervals import auc_interval
from tests.bench.risk.ranking import auc

SHARE = 0.5
GOAL = 0.85
TIMED = frozenset(
    {"nan", "diverged", "critic_diverged", "collapsed", "reward_collapse", "entropy_collapse"}
    | {"overfit"}
)
"""Kinds of which a label says since when; of the others it says a quarter of the run, whatever."""


@dataclass(frozen=True, eq=False)
class PublicRuns:
    """Labelled runs at a share of their length, failed or healthy ones; a row each.

    Attributes:
        labels: of each.
        matrix: features of each.
        failed: whether it is labelled so, (rows,).
        has_failed: whether it has by then, as its label or our own rules of outcomes say, (rows,).
    """

    labels: tuple[Label, ...]
    matrix: FeatureMatrix
    failed: Booleans
    has_failed: Booleans

    @property
    def repository(self) -> npt.NDArray[np.str_]:
        """The repository of each row."""
        return np.array([one.repository for one in self.labels], dtype=np.str_)


def risk_public_auc() -> Entry:
    """Return the AUC of the default model on public runs that have not failed at half their length.

    Raises:
        InputError: the public runs are not here.
    """
    runs, scores = public_runs(), default_model().score
    log_odds = scores(runs.matrix, np.full(runs.failed.size, SHARE)).log_odds
    rows = [
        ("to foresee", *_row(runs, log_odds, ~runs.has_failed)),
        ("failed by then and healthy", *_row(runs, log_odds, runs.has_failed | ~runs.failed)),
        ("all", *_row(runs, log_odds, np.ones(runs.failed.size, dtype=np.bool_))),
    ]
    columns = ("runs", "failed", "healthy", "repositories", "AUC", "95 %")
    print_table("Public runs at 50 % of their length, default model", ("which", *columns), rows)
    to_foresee = ~runs.has_failed
    value = auc(runs.failed[to_foresee], log_odds[to_foresee])
    return at_least_share("risk_public_auc", value, GOAL)


def _row(runs: PublicRuns, scores: Floats, which: Booleans) -> tuple[object, ...]:
    failed, repository = runs.failed[which], runs.repository[which]
    low, high = auc_interval(failed, scores[which], repository)
    return (
        failed.size, int(failed.sum()), int((~failed).sum()), np.unique(repository).size,
        round(auc(failed, scores[which]), 3), f"{low:.3f} to {high:.3f}",
    )  # fmt: skip


@cache
def public_runs(folder: Path = PUBLIC_RUNS, share: float = SHARE) -> PublicRuns:
    """Return the labelled runs at a share of their length; those that are too short are left out.

    Raises:
        InputError: the folder is not here.
    """
    if not (folder / "LABELS.tsv").exists():
        raise InputError(f"no public runs at {folder}; they are no part of the project")
    found = [one for label in read_labels(folder) for one in _of_label(folder, label, share)]
    labels, features, has_failed = zip(*found, strict=True)
    names = tuple(one.name for one in FEATURES)
    values = np.array([[one.get(name, np.nan) for name in names] for one in features])
    return PublicRuns(
        labels,
        FeatureMatrix(tuple(one.folder for one in labels), names, values),
        np.array([one.outcome == "failed" for one in labels], dtype=np.bool_),
        np.array(has_failed, dtype=np.bool_),
    )


def _of_label(
    folder: Path, label: Label, share: float
) -> Iterator[tuple[Label, dict[str, float], bool]]:
    if label.outcome not in ("failed", "healthy"):
        return
    run = _longest(read_views(folder / label.folder))
    if run.last_step is None:
        return
    for landmark in share_landmarks(run, run.last_step):
        if landmark.share == share:
            features = features_of(seen_at(run, landmark.step))
            yield label, features, has_failed(label, run, landmark.step)


def _longest(runs: Iterator[RunView]) -> RunView:
    """Return the run of a labelled folder; of several below it the one with most points."""
    return max(runs, key=lambda run: sum(one.steps.size for one in run.scalars.values()))


def has_failed(label: Label, run: RunView, step: int) -> bool:
    """Return whether a run had failed by a step, as its label or our rules of outcomes say."""
    if label.outcome != "failed":
        return False
    if label.kind in TIMED and label.since_step is not None and label.since_step <= step:
        return True
    return has_failed_by(run, outcome_of(run), step)


def main() -> int:
    """Print the figures, then failed runs that are ranked low and healthy ones ranked high."""
    try:
        entry = risk_public_auc()
    except InputError as error:
        print(error)
        return 2
    runs = public_runs()
    scores = default_model().score(runs.matrix, np.full(runs.failed.size, SHARE)).log_odds
    middle = float(np.median(scores[~runs.has_failed & runs.failed]))
    for place in np.argsort(scores):
        is_low = runs.failed[place] and scores[place] <= np.median(scores[~runs.failed])
        if not runs.has_failed[place] and (
            is_low or (not runs.failed[place] and scores[place] > middle)
        ):
            label = runs.labels[place]
            print(f"{scores[place]:6.2f} {label.outcome} {label.kind} {label.sure} {label.folder}")
    print(f"{entry.name} {entry.value} (goal {entry.goal})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
