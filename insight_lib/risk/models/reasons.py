"""Why a run has its risk: the groups of features that moved it, in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats, Places
from insight_lib.risk.models.wording import Described, sentence_of

MOST_REASONS = 3
LEAST_EFFECT = 0.05
"""In log-odds: less moves a probability by at most 1.3 percent points."""


@dataclass(frozen=True)
class Reason:
    """One group of features that moved a score.

    Attributes:
        group: a word of `Group`.
        sentence: for people; names no feature by its internal name.
        effect: what the log-odds would lose if the group were as in healthy runs: above 0 it raises
            the risk.
        features: internal name of the feature that the sentence is about, first of those that moved
            the score.
        layer: that the sentence is about; None of what is of no single layer.
    """

    group: str
    sentence: str
    effect: float
    features: tuple[str, ...]
    layer: str | None = None


LogOdds: TypeAlias = Callable[[Floats, Places, Places], Floats]
"""From changed values of some rows, shape (some, features), the rows' numbers and the changed
columns to log-odds."""


@dataclass(frozen=True)
class Explainer:
    """Replaces parts of runs by what healthy runs have, and sees how the log-odds change.

    Attributes:
        features: the columns.
        values: shape (rows, columns), NaN where not known.
        usual: the same of the middle healthy run at the row's landmark.
        log_odds: of changed rows.
        score: shape (rows,), log-odds of the rows as they are.
        layers: of each row, feature to the layer that it is of; of what is an extreme over layers.
    """

    features: tuple[Described, ...]
    values: Floats
    usual: Floats
    log_odds: LogOdds
    score: Floats
    layers: Sequence[Mapping[str, str]]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of the features, in order of their first one."""
        return groups_of(self.features)

    def effects(self) -> Floats:
        """Return what each group adds to the log-odds; shape (rows, groups)."""
        every = np.arange(len(self.values))
        parts = [self._effect(self._columns(group), every) for group in self.groups]
        return np.stack(parts, axis=1) if parts else np.zeros((len(self.values), 0))

    def reasons(self, effects: Floats) -> tuple[tuple[Reason, ...], ...]:
        """Return the strongest reasons of each row, by falling size of their effect.

        Args:
            effects: of `effects`; those that are smaller than LEAST_EFFECT are no reason.
        """
        size = np.abs(effects)
        ranked = np.argsort(-size, axis=1, kind="stable")[:, :MOST_REASONS]
        found: list[dict[int, Reason]] = [{} for _ in effects]
        for group, name in enumerate(self.groups):
            is_strong = (ranked == group).any(axis=1) & (size[:, group] >= LEAST_EFFECT)
            rows, columns = np.flatnonzero(is_strong), self._columns(name)
            strength = effects[rows, group]
            named = self._named(rows, columns, np.sign(strength))
            for row, effect, chosen in zip(rows.tolist(), strength.tolist(), named, strict=True):
                if chosen:
                    found[row][group] = self._reason(row, name, effect, chosen)
        return tuple(
            tuple(one[group] for group in row if group in one)
            for one, row in zip(found, ranked.tolist(), strict=True)
        )

    def _columns(self, group: str) -> Places:
        return np.flatnonzero([one.group == group for one in self.features])

    def _effect(self, columns: Places, rows: Places) -> Floats:
        """Return what these columns together add to the log-odds of these rows."""
        own, usual = self.values[np.ix_(rows, columns)], self.usual[np.ix_(rows, columns)]
        differs = ~((own == usual) | (np.isnan(own) & np.isnan(usual))).all(axis=1)
        effect, moved = np.zeros(rows.size), rows[differs]
        changed = self.values[moved]
        changed[:, columns] = usual[differs]
        effect[differs] = self.score[moved] - self.log_odds(changed, moved, columns)
        return effect

    def _named(self, rows: Places, columns: Places, sign: Floats) -> list[list[int]]:
        """Return of each row the columns that move its score most by themselves, as the group does.

        Args:
            rows: which.
            columns: of the group.
            sign: shape (rows,), of the group's effect.
        """
        alone = [self._effect(columns[[i]], rows) for i in range(columns.size)]
        signs = sign[:, np.newaxis]
        moved = np.stack(alone, axis=1) * signs
        moved[~self._may_be_named(rows, columns, signs)] = -np.inf
        first = np.argsort(-moved, axis=1, kind="stable")[:, :MOST_REASONS]
        agrees = np.take_along_axis(moved, first, axis=1) >= 0
        pairs = zip(columns[first], agrees, strict=True)
        return [own[known].tolist() for own, known in pairs]

    def _reason(self, row: int, group: str, effect: float, chosen: Sequence[int]) -> Reason:
        """Return the reason that a group is; its sentence is about the first chosen column."""
        first, names = chosen[0], tuple(self.features[i].name for i in chosen)
        layer = self.layers[row].get(names[0])
        own, usual = float(self.values[row, first]), float(self.usual[row, first])
        sentence = sentence_of(self.features[first], own, usual, layer)
        return Reason(group, sentence, effect, names, layer)

    def _may_be_named(self, rows: Places, columns: Places, signs: Floats) -> Booleans:
        """Whether a column is known, not as usual, and its direction agrees with the effect.

        Shape (rows, columns), of signs (rows, 1).
        """
        own = self.values[np.ix_(rows, columns)]
        gap = own - self.usual[np.ix_(rows, columns)]
        directions = np.array([self.features[i].direction for i in columns])
        is_against = directions * np.sign(np.nan_to_num(gap)) * signs < 0
        named: Booleans = ~np.isnan(own) & (gap != 0) & ~is_against
        return named


def groups_of(features: Iterable[Described]) -> tuple[str, ...]:
    """Return the groups of the features, in order of their first one."""
    return tuple(dict.fromkeys(one.group for one in features))
