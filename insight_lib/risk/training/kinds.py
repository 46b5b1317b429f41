"""Learn which way runs fail, from those of which it was not to be seen yet."""

from collections.abc import Sequence
from importlib import import_module

import numpy as np

from insight_lib.columnar.arrays import Floats, Places
from insight_lib.dealer.extras import needs_extra
from insight_lib.risk.models.boosting import single_thread
from insight_lib.risk.models.kinds import OTHER, KindModel, log_softmax
from insight_lib.risk.models.landmark_places import places_of
from insight_lib.risk.models.logistic import middle_and_scale, standardised
from insight_lib.risk.models.wording import Described
from insight_lib.risk.training.learning_table import LearningTable
from insight_lib.risk.training.members import masked, weights_of

LEAST_RUNS = 20
"""A kind of fewer runs counts as OTHER: of kinds of 10 to 16 runs, none of 90 looks at families
left out was told right."""
LEAST_FAMILIES = 3
"""A kind of fewer families would be their portrait."""
STRENGTH, MISSING_STRENGTH = 500.0, 5000.0
"""L2 penalties of the coefficients, as `Logistic` has them; there are some ten times fewer runs a
kind than for failure itself. Half or double the strength changes the log loss by 0.01."""
_INTERCEPT_STRENGTH = 1.0
# Stopped early it is no worse on families left out, and takes half as long.
_TOLERANCE, _ITERATIONS = 1e-5, 300


def rows_of_kinds(table: LearningTable) -> LearningTable:
    """Return the rows that say how runs fail: of failed ones, before they had failed."""
    has_kind = np.array([one is not None for one in table.kind], dtype=np.bool_)
    return table.rows(has_kind & (table.failed == 1) & ~table.has_failed & ~table.is_finished)


def kinds_among(table: LearningTable) -> tuple[str, ...]:
    """Return the kinds that can be told apart, sorted, and OTHER last where there are others."""
    runs: dict[str, set[str]] = {}
    families: dict[str, set[str]] = {}
    for kind, run, family in zip(table.kind, table.matrix.run_ids, table.family, strict=True):
        runs.setdefault(str(kind), set()).add(run)
        families.setdefault(str(kind), set()).add(family)
    frequent = sorted(
        kind
        for kind, those in runs.items()
        if len(those) >= LEAST_RUNS and len(families[kind]) >= LEAST_FAMILIES
    )
    return tuple(frequent) if len(frequent) == len(runs) else (*frequent, OTHER)


def places_of_kinds(table: LearningTable, kinds: Sequence[str]) -> Places:
    """Return the place of each row's kind among these; shape (rows,); of a rare one OTHER's."""
    known = {kind: place for place, kind in enumerate(kinds)}
    return np.array([known.get(str(one), len(kinds) - 1) for one in table.kind], dtype=np.intp)


def fit_kinds(
    table: LearningTable,
    words: Sequence[Described],
    kinds: tuple[str, ...],
    landmarks: tuple[float, ...],
    seed: int,
) -> KindModel:
    """Return the model of these rows; it tells a kind at every landmark.

    In a second copy of each row random groups of features are hidden, and the share, so that what
    a logger leaves out says little and a run without a plan has intercepts of its own.

    Args:
        table: of `rows_of_kinds`.
        words: its features, in the order of its columns.
        kinds: to tell apart, at least two.
        landmarks: shares.
        seed: of what is hidden.

    Raises:
        MissingExtraError: scipy, which scikit-learn brings, is not installed.
    """
    looks = np.column_stack([table.matrix.values, table.share])
    copies = np.vstack([looks, masked(looks, [*(one.group for one in words), "share"], seed)])
    values, place = copies[:, :-1], places_of(copies[:, -1], landmarks)
    medians, scales = middle_and_scale(values)
    at = np.eye(len(landmarks) + 1)[place]
    inputs = np.hstack([at, standardised(values, medians, scales), np.isnan(values)])
    ends = np.cumsum([at.shape[1], values.shape[1]])
    strength = np.full(inputs.shape[1], MISSING_STRENGTH)
    strength[: ends[0]], strength[ends[0] : ends[1]] = _INTERCEPT_STRENGTH, STRENGTH
    weight = np.tile(weights_of(table), 2)
    is_kind = np.eye(len(kinds))[np.tile(places_of_kinds(table, kinds), 2)]
    found = _least_loss(inputs, is_kind, weight / weight.sum(), strength / len(inputs))
    intercepts, coefficients, missing = np.split(found, ends)
    is_told = np.ones(len(landmarks) + 1, dtype=np.bool_)
    return KindModel(kinds, medians, scales, coefficients, missing, intercepts, is_told)


def _least_loss(inputs: Floats, is_kind: Floats, weight: Floats, penalty: Floats) -> Floats:
    """Return the coefficients of least penalised weighted log loss; shape (columns, kinds).

    Args:
        inputs: shape (rows, columns).
        is_kind: shape (rows, kinds), 1 of a row's own kind, else 0.
        weight: shape (rows,), of the rows' log losses.
        penalty: shape (columns,), L2: half of it times the coefficient squared is added.
    """
    with needs_extra("risk"):
        minimize = import_module("scipy.optimize").minimize
    shape = (inputs.shape[1], is_kind.shape[1])

    def loss(flat: Floats) -> tuple[float, Floats]:
        theta = flat.reshape(shape)
        logs = log_softmax(inputs @ theta)
        total = -np.sum(weight[:, np.newaxis] * is_kind * logs)
        slope = inputs.T @ (weight[:, np.newaxis] * (np.exp(logs) - is_kind))
        penalised = penalty[:, np.newaxis] * theta
        return float(total + 0.5 * np.sum(penalised * theta)), (slope + penalised).ravel()

    options = {"maxiter": _ITERATIONS, "ftol": _TOLERANCE}
    with single_thread():
        found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B",
                         options=options)  # fmt: skip
    return np.asarray(found.x, dtype=np.float64).reshape(shape)
