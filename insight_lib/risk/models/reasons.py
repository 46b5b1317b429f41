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


LogOdds: TypeAlias = Callable[[Floats, Places], Floats]
"""From changed values of some rows, shape (some, features), and the rows' numbers to log-odds."""


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
            alone = [self._effect(columns[[i]], rows) for i in range(columns.size)]
            for place, row in enumerate(rows):
                moved = np.array([one[place] for one in alone])
                reason = self._reason(int(row), name, columns, moved, float(effects[row, group]))
                if reason is not None:
                    found[row][group] = reason
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
        effect[differs] = self.score[moved] - self.log_odds(changed, moved)
        return effect

    def _reason(
        self, row: int, group: str, columns: Places, alone: Floats, effect: float
    ) -> Reason | None:
        """Return the reason that a group is; None where nothing of it can be said.

        Named is the feature that moves the score most by itself, the same way as the group.
        """
        moved = np.where(self._may_be_named(row, columns, effect), alone * np.sign(effect), -np.inf)
        order = np.argsort(-moved, kind="stable")
        chosen = [int(columns[i]) for i in order if np.isfinite(moved[i]) and moved[i] >= 0]
        if not chosen:
            return None
        first, names = chosen[0], tuple(self.features[i].name for i in chosen[:MOST_REASONS])
        layer = self.layers[row].get(names[0])
        own, usual = float(self.values[row, first]), float(self.usual[row, first])
        sentence = sentence_of(self.features[first], own, usual, layer)
        return Reason(group, sentence, effect, names, layer)

    def _may_be_named(self, row: int, columns: Places, effect: float) -> Booleans:
        """Whether a column is known, not as usual, and its direction agrees with the effect."""
        gap = self.values[row, columns] - self.usual[row, columns]
        directions = np.array([self.features[i].direction for i in columns])
        is_against = directions * np.sign(np.nan_to_num(gap)) * np.sign(effect) < 0
        named: Booleans = ~np.isnan(self.values[row, columns]) & (gap != 0) & ~is_against
        return named


def groups_of(features: Iterable[Described]) -> tuple[str, ...]:
    """Return the groups of the features, in order of their first one."""
    return tuple(dict.fromkeys(one.group for one in features))
