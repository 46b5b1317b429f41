"""What failed runs of families left out are said to fail by, next to how frequent kinds are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats, Places
from insight_lib.risk.models.landmark_places import places_of
from insight_lib.risk.models.wording import Described
from insight_lib.risk.training.families import families_left_out
from insight_lib.risk.training.kinds import fit_kinds, kinds_among, places_of_kinds, rows_of_kinds
from insight_lib.risk.training.learning_table import LearningTable


@dataclass(frozen=True)
class KindsOutOfFamily:
    """What is said of failed rows by those of other families.

    Attributes:
        table: the rows.
        kinds: that are told apart.
        place: shape (rows,), of the kind that it was.
        landmark: shape (rows,), place in the landmarks.
        logs: shape (2, rows, kinds), log-probabilities: at the row's landmark, and for any share.
        base_logs: the same of the kinds' shares there, of rows of other families.
    """

    table: LearningTable
    kinds: tuple[str, ...]
    place: Places
    landmark: Places
    logs: Floats
    base_logs: Floats

    @property
    def kind_said(self) -> Places:
        """The place of the most probable kind at each row's landmark; shape (rows,)."""
        said: Places = self.logs[0].argmax(axis=1)
        return said


def kinds_out_of_family(
    table: LearningTable, words: Sequence[Described], landmarks: tuple[float, ...], seed: int
) -> KindsOutOfFamily | None:
    """Return what is said of each failed row, by models of the other families' failed rows.

    None where fewer than two kinds, or families, can be told apart.

    Args:
        table: a learning table.
        words: its features, in the order of its columns.
        landmarks: shares.
        seed: of what is hidden in training.

    Raises:
        MissingExtraError: scipy, which scikit-learn brings, is not installed.
    """
    rows = rows_of_kinds(table)
    kinds = kinds_among(rows)
    if min(len(kinds), len(set(rows.family))) < 2:
        return None
    place, landmark = places_of_kinds(rows, kinds), places_of(rows.share, landmarks)
    any_share = np.full_like(landmark, len(landmarks))
    logs, base_logs = np.empty((2, 2, len(place), len(kinds)))
    for _, train, test in families_left_out(rows.family):
        model = fit_kinds(rows.rows(train), words, kinds, landmarks, seed)
        for view, at in enumerate((landmark, any_share)):
            base = _base_logs(place[train], at[train], (len(landmarks) + 1, len(kinds)))
            logs[view, test] = model.log_probabilities(rows.matrix.values[test], at[test])
            base_logs[view, test] = base[at[test]]
    return KindsOutOfFamily(rows, kinds, place, landmark, logs, base_logs)


def _base_logs(place: Places, landmark: Places, shape: tuple[int, int]) -> Floats:
    """Return the log shares of kinds at each landmark, shape (landmarks + 1, kinds).

    One row more of each kind is counted (Laplace), so they are finite.
    """
    counts = np.ones(shape)
    np.add.at(counts, (landmark, place), 1)
    found: Floats = np.log(counts / counts.sum(axis=1, keepdims=True))
    return found
