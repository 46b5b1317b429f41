"""A user's own runs on top of the default model: a small correction, adopted only where it pays.

With few runs nothing but a correction of few parameters can be learnt, and even that may be learnt
from chance; so the default itself is among the candidates, and wins unless it is clearly worse on
experiments left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

import numpy as np

from insight_lib.columnar.arrays import Floats, Places
from insight_lib.risk.models.bundle import RiskBundle
from insight_lib.risk.models.correction import Correction
from insight_lib.risk.models.learner import log_losses
from insight_lib.risk.models.logistic import least_log_loss
from insight_lib.risk.models.storage import with_version
from insight_lib.risk.training.compare import Gain, is_better
from insight_lib.risk.training.families import single_family_of
from insight_lib.risk.training.learning_table import LearningTable

LEAST_RUNS = 20
"""Fewer runs cannot show a gain: with ten, one run more or less that fails moves the mean log loss
by its whole standard error."""
LEAST_OF_A_CLASS = 3
"""Fewer failed or healthy runs would make the correction the portrait of one or two."""
MOST_FOLDS = 10
PENALTIES = (10.0, 30.0, 100.0, 300.0)
"""L2 penalties to choose from: 300 leaves some hundredths of a change, 10 about a half."""
# A correction halves or doubles what the default says, and what a group adds, and turns nothing
# round: the reasons keep their signs.
_SLOPE_LIMITS, _WEIGHT_LIMITS = (-0.5, 1.0), (-0.5, 0.5)
_FARTHEST = 6.0


@dataclass(frozen=True)
class PersonalOutcome:
    """What became of a training on a user's runs.

    Attributes:
        bundle: the model to use: the corrected one where adopted, else the default.
        adopted: whether the correction is clearly better.
        reason: why, in words.
        metrics: runs and gain; JSON can hold it.
        candidate: the corrected model; None where there was nothing to learn from.
    """

    bundle: RiskBundle
    adopted: bool
    reason: str
    metrics: Mapping[str, Any]
    candidate: RiskBundle | None = None


@dataclass(frozen=True)
class _Rows:
    """What the correction is learnt from; arrays have shape (rows,), effects (rows, groups)."""

    log_odds: Floats
    effects: Floats
    failed: Floats
    groups: tuple[str, ...]

    def only(self, rows: Places) -> "_Rows":
        """Return some rows."""
        chosen = tuple(self.groups[i] for i in rows)
        return _Rows(self.log_odds[rows], self.effects[rows], self.failed[rows], chosen)


def train_personal(
    default: RiskBundle, table: LearningTable, groups: Mapping[str, str]
) -> PersonalOutcome:
    """Return the default corrected by a user's runs where that is clearly better, else the default.

    Better is a mean log loss on experiments left out that is more than one standard error, by
    experiment, below the default's. Runs count until they have failed.

    Args:
        default: the model to correct, itself uncorrected.
        table: the user's runs whose outcome is known.
        groups: run to its experiment or program, which is left out as a whole.

    Raises:
        InputError: the features are not those of the default.
        MissingExtraError: scikit-learn is not installed.
    """
    default.check(table.matrix.names)
    seen = table.rows(~table.has_failed)
    counts = {"runs": len(set(seen.matrix.run_ids)), "failed": _runs(seen, 1.0)}
    why = _why_not(seen, groups)
    if why:
        return PersonalOutcome(default, False, f"the default model is used: {why}", counts)
    rows = _rows_of(default, seen, groups)
    penalty, gain = _choose(rows)
    correction = _fit(rows, penalty)
    metrics = {**counts, "penalty": penalty, **asdict(gain)}
    candidate = with_version(
        replace(
            default,
            correction=correction,
            metrics={**default.metrics, "personal": metrics},
            data_fingerprint=_joined(default.data_fingerprint, seen.fingerprint),
        )
    )
    return PersonalOutcome(
        bundle=candidate if gain.is_clear else default,
        adopted=gain.is_clear,
        reason=_said(gain),
        metrics=metrics,
        candidate=candidate,
    )


def _said(gain: Gain) -> str:
    figures = f"{gain.mean:+.3f} nats a run, standard error {gain.stderr:.3f}"
    if gain.is_clear:
        return f"better than the default model on experiments left out: {figures}"
    return (
        f"the default model is used: your runs make it no clearly better on experiments left out "
        f"({figures})"
    )


def _why_not(table: LearningTable, groups: Mapping[str, str]) -> str:
    """Return why these runs cannot correct a model; empty where they can."""
    runs = len(set(table.matrix.run_ids))
    if runs < LEAST_RUNS:
        return f"{runs} of your runs have a known outcome, {LEAST_RUNS} are needed"
    of_rows = [groups[run] for run in table.matrix.run_ids]
    for outcome, word in ((1.0, "failed"), (0.0, "healthy")):
        count = _runs(table, outcome)
        if count < LEAST_OF_A_CLASS:
            return f"{count} of your {runs} runs {word}, {LEAST_OF_A_CLASS} are needed"
        only = single_family_of(outcome, of_rows, table.failed.tolist())
        if only is not None:
            return f"all of your {word} runs are of {only}, so nothing can be tested without it"
    return ""


def _runs(table: LearningTable, outcome: float) -> int:
    pairs = zip(table.matrix.run_ids, table.failed, strict=True)
    return len({run for run, failed in pairs if failed == outcome})


def _rows_of(default: RiskBundle, table: LearningTable, groups: Mapping[str, str]) -> _Rows:
    log_odds, effects = default.explained(table.matrix, table.share)
    return _Rows(
        np.clip(log_odds, -_FARTHEST, _FARTHEST),
        effects,
        table.failed,
        tuple(groups[run] for run in table.matrix.run_ids),
    )


def _choose(rows: _Rows) -> tuple[float, Gain]:
    """Return the penalty of least log loss on groups left out, and its gain over the default.

    Of equals the strongest.
    """
    left_out = {penalty: _out_of_fold(rows, penalty) for penalty in PENALTIES}
    losses = {one: float(log_losses(said, rows.failed).sum()) for one, said in left_out.items()}
    best = min(PENALTIES, key=lambda one: (losses[one], -one))
    return best, is_better(rows.failed, left_out[best], rows.log_odds, rows.groups)


def _out_of_fold(rows: _Rows, penalty: float) -> Floats:
    """Return corrected log-odds of each row by the rows of other groups; shape (rows,)."""
    names = np.array(rows.groups, dtype=np.str_)
    found = np.empty_like(rows.log_odds)
    for held in _folds(sorted(set(rows.groups))):
        is_held = np.isin(names, held)
        test = np.flatnonzero(is_held)
        correction = _fit(rows.only(np.flatnonzero(~is_held)), penalty)
        found[test] = correction.apply(rows.log_odds[test], rows.effects[test])
    return found


def _folds(groups: Sequence[str]) -> list[list[str]]:
    count = min(len(groups), MOST_FOLDS)
    return [list(groups[first::count]) for first in range(count)]


def _fit(rows: _Rows, penalty: float) -> Correction:
    """Return the correction of least penalised log loss, the default's log-odds as offset."""
    inputs = np.column_stack([np.ones_like(rows.failed), rows.log_odds, rows.effects])
    limits = [(None, None), _SLOPE_LIMITS, *[_WEIGHT_LIMITS] * rows.effects.shape[1]]
    weight = np.full(rows.failed.shape, 1 / rows.failed.size)
    strength = np.full(inputs.shape[1], penalty / rows.failed.size)
    found = least_log_loss(inputs, rows.failed, weight, strength, limits, rows.log_odds)
    return Correction(float(found[0]), float(found[1]), found[2:])


def _joined(*fingerprints: str) -> str:
    return sha256(" ".join(fingerprints).encode()).hexdigest()
