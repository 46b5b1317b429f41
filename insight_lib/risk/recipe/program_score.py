"""How well a run of the zoo did, on a scale of its program on which chance is 0 and healthy is 1.

A score must not depend on what a fault changes: accuracy and the absolute error stand also where
the loss is another. The accuracy of two classes of which one is rare says nothing, so there it is
the AUC of the validation predictions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.view import RunView
from insight_lib.evaluation.metrics.certified_auc import certified_roc_auc
from insight_lib.series.role import Direction, Phase, Role

LAST_POINTS = 3
"""Of a metric over epochs whose median is the final one, so that one odd epoch decides nothing."""

RARE = 0.15
"""Where fewer than this are of the rarer of two classes, guessing the other is right too often."""

_PREDICTIONS = "predictions"
_ANYWHERE = tuple(Phase)


@dataclass(frozen=True)
class Measure:
    """What a program is scored by.

    Attributes:
        role: of the series.
        phases: of the series.
        chance: the score of who knows nothing, so that more is better.
    """

    role: Role
    phases: tuple[Phase, ...]
    chance: float

    def final(self, run: RunView, folder: Path) -> float:
        """Return the score of a finished run, more is better; NaN where it is not finite.

        Args:
            run: the whole run.
            folder: where it wrote.
        """
        if self.role is Role.AUC:
            return _auc_of_predictions(folder / _PREDICTIONS)
        found = run.with_role(self.role, phases=self.phases)
        if not found:
            return np.nan
        values = found[0].series.values
        is_better_lower = found[0].about.direction is Direction.LOWER
        return float(
            np.median(-values[-LAST_POINTS:] if is_better_lower else values[-LAST_POINTS:])
        )


LOOP_MEASURES: Mapping[str, Measure] = {
    # A random policy balances the pole for 20 steps (Gymnasium's CartPole) and nearly never
    # reaches the goal of the slippery lake.
    "cartpole_actor_critic": Measure(Role.RETURN, _ANYWHERE, 20.0),
    "frozen_lake_dqn": Measure(Role.RETURN, _ANYWHERE, 0.0),
    "digits_gan": Measure(Role.DIVERSITY, _ANYWHERE, 0.0),
    # Where a model of some 60 characters begins, in nats: each as likely as any.
    "character_gru": Measure(Role.TOTAL_LOSS, (Phase.VALIDATION,), -4.1),
}
"""Programs that are loops; their chance is known of their tasks."""


def measure_of(program: str) -> Measure:
    """Return what a program of the zoo is scored by, with the score of guessing on its data.

    Raises:
        MissingExtraError: the extra ``zoo`` is not installed.
        KeyError: there is no such program.
    """
    if program in LOOP_MEASURES:
        return LOOP_MEASURES[program]
    # Programs import Keras.
    from insight_lib.zoo.programs import PROGRAMS  # noqa: PLC0415

    rng = np.random.default_rng(0)
    settings = PROGRAMS[program].settings(rng)
    data = PROGRAMS[program].load(settings, rng)
    labels = np.asarray(data.validation_y, dtype=np.float64)
    if settings.metric == "binary_accuracy":
        return _validated(Role.ACCURACY, _guessed_each(labels))
    if data.classes is None:
        return _validated(Role.REGRESSION_ERROR, -_absolute_error(data.train_y, labels))
    share = _largest_share(labels)
    if data.classes == 2 and share > 1 - RARE:
        return _validated(Role.AUC, 0.5)
    return _validated(Role.ACCURACY, share)


def _validated(role: Role, chance: float) -> Measure:
    return Measure(role, (Phase.VALIDATION,), chance)


def _largest_share(labels: Floats) -> float:
    classes = labels.argmax(axis=-1) if labels.ndim > 1 and labels.shape[-1] > 1 else labels.ravel()
    return float(np.unique(classes, return_counts=True)[1].max() / len(labels))


def _guessed_each(labels: Floats) -> float:
    """Return the accuracy of guessing each of several labels by itself."""
    shares = labels.mean(axis=0)
    return float(np.mean(np.maximum(shares, 1 - shares)))


def _absolute_error(train: Floats, validation: Floats) -> float:
    return float(np.mean(np.abs(validation - np.median(train, axis=0))))


def _auc_of_predictions(folder: Path) -> float:
    """Return the AUC of the last epoch's scores; NaN where there is none or a score is none."""
    files = sorted(folder.glob("*.parquet"))
    if not files:
        return np.nan
    rows = pq.read_table(files[-1], columns=["label", "score"])
    labels, scores = rows["label"].to_numpy(), rows["score"].to_numpy().astype(np.float64)
    if not np.isfinite(scores).all() or np.unique(labels).size < 2:
        return np.nan
    auc = certified_roc_auc(labels, scores).auc
    return np.nan if auc is None else auc
