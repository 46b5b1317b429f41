"""How well kinds of failure are told on families left out, and the model that tells them there."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from insight_lib.columnar.arrays import Booleans
from insight_lib.risk.models.kinds import KindModel
from insight_lib.risk.models.wording import Described
from insight_lib.risk.training.compare import Gain, gain_of
from insight_lib.risk.training.kinds import fit_kinds
from insight_lib.risk.training.kinds_out_of_family import KindsOutOfFamily


@dataclass(frozen=True)
class KindQuality:
    """How well kinds are told on some rows; NaN where there are none.

    Attributes:
        rows: how many.
        accuracy: share of rows whose most probable kind was theirs.
        base_accuracy: the same of always saying the most frequent one.
        log_loss: mean negative log likelihood, in nats.
        base_log_loss: the same of the kinds' shares.
        gain: of the log loss, by family.
    """

    rows: int
    accuracy: float
    base_accuracy: float
    log_loss: float
    base_log_loss: float
    gain: Gain


def kind_quality(found: KindsOutOfFamily, keep: Booleans, view: int = 0) -> KindQuality:
    """Return how well kinds are told on some rows.

    Args:
        found: what is said of all rows.
        keep: shape (rows,).
        view: 0 at the rows' landmarks, 1 for any share.
    """
    rows = np.flatnonzero(keep)
    place = found.place[rows]
    logs, base_logs = found.logs[view, rows], found.base_logs[view, rows]
    losses, base_losses = (-one[np.arange(rows.size), place] for one in (logs, base_logs))
    if not rows.size:
        nothing = Gain(math.nan, math.nan, is_clear=False)
        return KindQuality(0, math.nan, math.nan, math.nan, math.nan, nothing)
    return KindQuality(
        rows=int(rows.size),
        accuracy=float(np.mean(logs.argmax(axis=1) == place)),
        base_accuracy=float(np.mean(base_logs.argmax(axis=1) == place)),
        log_loss=float(losses.mean()),
        base_log_loss=float(base_losses.mean()),
        gain=gain_of(base_losses - losses, [found.table.family[i] for i in rows]),
    )


def qualities(found: KindsOutOfFamily, landmarks: int) -> list[KindQuality]:
    """Return how well kinds are told at each landmark, and last for any share."""
    at_each = [kind_quality(found, found.landmark == place) for place in range(landmarks)]
    return [*at_each, kind_quality(found, np.ones_like(found.place, dtype=np.bool_), view=1)]


def train_kinds(
    found: KindsOutOfFamily | None,
    words: Sequence[Described],
    landmarks: tuple[float, ...],
    seed: int,
) -> KindModel | None:
    """Return the model of all rows, which tells a kind only where it was clearly better.

    None where `kinds_out_of_family` found nothing to tell apart. Better is a mean log loss on
    families left out that is more than one standard error, by family, below the base rates'.

    Raises:
        MissingExtraError: scipy, which scikit-learn brings, is not installed.
    """
    if found is None:
        return None
    is_told = np.array([one.gain.is_clear for one in qualities(found, len(landmarks))])
    model = fit_kinds(found.table, words, found.kinds, landmarks, seed)
    return replace(model, is_told=is_told)


def kind_metrics(found: KindsOutOfFamily | None, landmarks: tuple[float, ...]) -> dict[str, Any]:
    """Return the figures of `KindQuality` over all rows, and by landmark; JSON can hold them.

    Empty where there is nothing to tell apart.
    """
    if found is None:
        return {}
    every = np.ones_like(found.place, dtype=np.bool_)
    return {
        **_figures(kind_quality(found, every)),
        "landmarks": {
            f"{share:g}": _figures(one)
            for share, one in zip(landmarks, qualities(found, len(landmarks)), strict=False)
        },
    }


def _figures(one: KindQuality) -> dict[str, float | int | None]:
    figures = {
        "rows": one.rows,
        "accuracy": one.accuracy,
        "base_rate_accuracy": one.base_accuracy,
        "log_loss": one.log_loss,
        "base_rate_log_loss": one.base_log_loss,
        "gain": one.gain.mean,
        "gain_stderr": one.gain.stderr,
    }
    return {name: None if math.isnan(value) else value for name, value in figures.items()}


def kind_card(model: KindModel | None, landmarks: tuple[float, ...]) -> dict[str, Any]:
    """Return which kinds of failure a model tells apart, and where; JSON can hold it."""
    if model is None:
        return {"told_apart": [], "told_at": []}
    names = [*(f"{share:g}" for share in landmarks), "any share"]
    told_at = [name for name, told in zip(names, model.is_told, strict=True) if told]
    return {"told_apart": list(model.kinds), "told_at": told_at}
