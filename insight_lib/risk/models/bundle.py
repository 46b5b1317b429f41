"""The model that ships: everything that is needed to score a run, with numpy alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats, Places
from insight_lib.errors import InputError
from insight_lib.risk.models.changed_rows import ChangedRows
from insight_lib.risk.models.correction import Correction
from insight_lib.risk.models.kinds import KindModel
from insight_lib.risk.models.landmark_places import places_of
from insight_lib.risk.models.learner import probability_of
from insight_lib.risk.models.matrix import FeatureMatrix
from insight_lib.risk.models.member import Member, is_known_of
from insight_lib.risk.models.novelty import ABSTAIN_QUANTILE, Novelty
from insight_lib.risk.models.reasons import Explainer, Reason
from insight_lib.risk.models.wording import Described

_MOST_NAMED = 5


@dataclass(frozen=True)
class Scores:
    """What a model says of runs; arrays have shape (rows,).

    Attributes:
        log_odds: natural log-odds of failure, calibrated.
        probability: of failure, in [0, 1].
        novelty: share of the runs trained on that are less novel, in [0, 1].
        abstains: the run is outside of what the model knows: its risk is not to be relied on.
        flagged: the risk is above the threshold of few false alarms; false where it abstains.
        reasons: of each row at most MOST_REASONS, the strongest first.
        expected_kind: of failure, the most probable one if the run fails; None where it abstains,
            and where kinds cannot be told better than by how frequent they are.
        expected_kind_probability: of that kind, given that the run fails; NaN where it is None.
    """

    log_odds: Floats
    probability: Floats
    novelty: Floats
    abstains: Booleans
    flagged: Booleans
    reasons: tuple[tuple[Reason, ...], ...]
    expected_kind: tuple[str | None, ...]
    expected_kind_probability: Floats


@dataclass(frozen=True)
class RiskBundle:
    """A trained model with all that it is measured and explained by.

    Attributes:
        features: what it looks at; a matrix to score has exactly these columns, in any order.
        landmarks: shares of the planned length that it was trained at, rising.
        members: the first whose needs are known of a run scores it; the last needs nothing.
        novelty: how far a run is from what was seen.
        kinds: which way a run fails if it does; None where there are too few runs to tell.
        correction: by a user's runs; None in a default model.
        data_fingerprint: digest of what it was trained on.
        metrics: on families that it had not seen; JSON can hold it.
        card: what it is, was trained on, and cannot do; JSON can hold it.
        version: digest of all of this.
    """

    features: tuple[Described, ...]
    landmarks: tuple[float, ...]
    members: tuple[Member, ...]
    novelty: Novelty
    kinds: KindModel | None
    correction: Correction | None
    data_fingerprint: str
    metrics: Mapping[str, Any]
    card: Mapping[str, Any]
    version: str = ""

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The internal names of the features."""
        return tuple(one.name for one in self.features)

    def score(
        self,
        matrix: FeatureMatrix,
        share: Floats | None = None,
        with_reasons: bool = True,
        layers: Sequence[Mapping[str, str]] | None = None,
    ) -> Scores:
        """Return what the model says of each row.

        Args:
            matrix: a column for each feature of the model, and no other.
            share: shape (rows,), of the planned length at the cut-off; NaN where it is not known,
                None where it is of none.
            with_reasons: without them a score costs a tenth.
            layers: of each row, feature to the layer that it is of, which reasons then name; of
                what is an extreme over layers.

        Raises:
            InputError: the features are not those of the model; the message names them.
        """
        return self._scoring(matrix, share, layers).scores(with_reasons)

    def explained(self, matrix: FeatureMatrix, share: Floats) -> tuple[Floats, Floats]:
        """Return calibrated log-odds before any correction, and what each group adds to them.

        Shapes (rows,) and (rows, groups); for arguments and errors see `score`.
        """
        return self._scoring(matrix, share).explained()

    def _scoring(
        self,
        matrix: FeatureMatrix,
        share: Floats | None,
        layers: Sequence[Mapping[str, str]] | None = None,
    ) -> "_Scoring":
        self.check(matrix.names)
        values = matrix.select(self.feature_names)
        seen = np.full(len(values), np.nan) if share is None else share
        named = [{}] * len(values) if layers is None else layers
        return _Scoring(self, values, seen, named)

    def check(self, names: tuple[str, ...]) -> None:
        """Raise where features are not those of the model.

        Raises:
            InputError: some are missing, or some are unknown to the model.
        """
        missing = sorted(set(self.feature_names) - set(names))
        unknown = sorted(set(names) - set(self.feature_names))
        remedy = "train one that fits with `insight risk train`, or use the default model"
        if missing:
            raise InputError(
                f"risk model {self.version} needs features that are not computed: "
                f"{_listed(missing)}; {remedy}"
            )
        if unknown:
            raise InputError(
                f"risk model {self.version} was trained without the features {_listed(unknown)}; "
                f"{remedy}"
            )


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    text = ", ".join(names[:_MOST_NAMED])
    return f"{text} and {more} more" if more > 0 else text


class _Scoring:
    """The rows of one call, each with its member and landmark."""

    def __init__(
        self,
        bundle: RiskBundle,
        values: Floats,
        share: Floats,
        layers: Sequence[Mapping[str, str]],
    ) -> None:
        self.bundle = bundle
        self.values = values
        self.share = share
        self.layers = layers
        self.landmark = places_of(share, bundle.landmarks)
        self.member = self._members()

    def _members(self) -> Places:
        chosen = np.full(len(self.values), len(self.bundle.members) - 1, dtype=np.intp)
        for place in reversed(range(len(self.bundle.members))):
            needs = self.bundle.members[place].needs
            chosen[is_known_of(self.values, self.bundle.features, needs)] = place
        return chosen

    def scores(self, with_reasons: bool) -> Scores:
        """Return what the model says of the rows."""
        bundle = self.bundle
        plain = self.plain()
        explainer = self._explainer(plain)
        is_needed = with_reasons or bundle.correction is not None
        effects = explainer.effects() if is_needed else np.zeros((len(plain), 0))
        log_odds = self._calibrated(plain)
        if bundle.correction is not None:
            log_odds = bundle.correction.apply(log_odds, effects)
        novelty = bundle.novelty.of(self.values, self.landmark)
        abstains = (novelty > ABSTAIN_QUANTILE) | np.isnan(self.values).all(axis=1)
        kind, kind_probability = self._expected_kind(abstains)
        return Scores(
            log_odds=log_odds,
            probability=probability_of(log_odds),
            novelty=novelty,
            abstains=abstains,
            flagged=(log_odds > self._flag_above()) & ~abstains,
            reasons=explainer.reasons(effects) if with_reasons else ((),) * len(plain),
            expected_kind=kind,
            expected_kind_probability=kind_probability,
        )

    def _expected_kind(self, abstains: Booleans) -> tuple[tuple[str | None, ...], Floats]:
        if self.bundle.kinds is None:
            return (None,) * len(abstains), np.full(len(abstains), np.nan)
        kinds, probability = self.bundle.kinds.expected(self.values, self.landmark)
        told = tuple(None if no else kind for kind, no in zip(kinds, abstains, strict=True))
        return told, np.where(abstains, np.nan, probability)

    def explained(self) -> tuple[Floats, Floats]:
        """Return calibrated log-odds, and what each group adds before calibration."""
        plain = self.plain()
        return self._calibrated(plain), self._explainer(plain).effects()

    def _explainer(self, plain: Floats) -> Explainer:
        usual = self.bundle.novelty.healthy.medians[self.landmark]
        features = self.bundle.features
        return Explainer(features, self.values, usual, self.changed, plain, self.layers)

    def plain(self) -> Floats:
        """Return log-odds before calibration."""
        found = np.empty(len(self.values))
        for place, member in enumerate(self.bundle.members):
            own = self.member == place
            found[own] = member.log_odds(self.values[own], self.share[own])
        return found

    def changed(self, values: Floats, rows: Places, columns: Places) -> Floats:
        """Return log-odds before calibration of some rows, their columns changed to these."""
        found = np.empty(rows.size)
        for place, known in enumerate(self._as_they_are):
            own = np.flatnonzero(self.member[rows] == place)
            if own.size:
                found[own] = known.log_odds(values[own], rows[own], columns)
        return found

    @cached_property
    def _as_they_are(self) -> tuple[ChangedRows, ...]:
        return tuple(
            ChangedRows.of(one, self.values, self.share, np.flatnonzero(self.member == place))
            for place, one in enumerate(self.bundle.members)
        )

    def _calibrated(self, plain: Floats) -> Floats:
        found = np.empty_like(plain)
        for place, member in enumerate(self.bundle.members):
            own = self.member == place
            found[own] = member.calibrated(plain[own], self.landmark[own])
        return found

    def _flag_above(self) -> Floats:
        table = np.stack([one.flag_above for one in self.bundle.members])
        found: Floats = table[self.member, self.landmark]
        return found
