"""Settings drawn widely, so that trainings fail of themselves: in the manner of LCBench.

Learning rate, batch size, width and penalty are drawn on logarithmic scales as LCBench draws them
(Zimmer, Lindauer, Hutter 2021, table 2), around what suits the program; besides, the optimizer, the
schedule, the activation, the initialiser and the depth.
"""

from dataclasses import replace
from typing import Any

import keras
import numpy as np

from insight_lib.zoo.loops import LoopSettings
from insight_lib.zoo.settings import Schedule, Settings

# LCBench: 1e-4 to 1e-1 for SGD; Adam diverges further below, and too low a rate has to occur.
_RATES = (1e-5, 1.0)
_BATCHES = (8, 512)
# Around the loop's own rate, since reinforcement learning bears less than a classifier.
_LOOP_RATES = (1e-3, 1e2)
_WIDTHS = (0.25, 4.0)
_PENALTIES = (1e-6, 1e-1)
_LARGEST_DROPOUT = 0.9
_DEEPEST = 6
_OPTIMIZERS = ("sgd", "momentum", "rmsprop", "adam", "adamw")
_ACTIVATIONS = ("relu", "tanh", "sigmoid", "elu", "gelu", "leaky_relu")
_INITIALISERS = ("glorot_uniform", "he_normal", "lecun_normal", "random_normal", "random_uniform")
_SCHEDULES: tuple[Schedule | None, ...] = (
    None,
    keras.optimizers.schedules.CosineDecay,
    lambda rate, steps: keras.optimizers.schedules.ExponentialDecay(rate, max(steps // 5, 1), 0.5),
)


def sampled(own: Settings, rng: np.random.Generator) -> Settings:
    """Return settings of which each is drawn again with even odds.

    Args:
        own: the program's, healthy.
        rng: draws.
    """
    drawn: dict[str, Any] = {
        "learning_rate": _log_uniform(rng, *_RATES),
        "batch_size": round(_log_uniform(rng, *_BATCHES)),
        "hidden": _hidden(own.hidden, rng),
        "optimizer": str(rng.choice(_OPTIMIZERS)),
        "activation": str(rng.choice(_ACTIVATIONS)),
        "initialiser": str(rng.choice(_INITIALISERS)),
        "schedule": _SCHEDULES[rng.integers(len(_SCHEDULES))],
        "dropout": float(rng.uniform(0, _LARGEST_DROPOUT)),
        "l2": _log_uniform(rng, *_PENALTIES),
    }
    kept = rng.random(len(drawn)) < 0.5
    changes = {
        name: value for (name, value), keeps in zip(drawn.items(), kept, strict=True) if not keeps
    }
    return replace(own, **changes)


def sampled_loop(own: LoopSettings, rng: np.random.Generator) -> LoopSettings:
    """Return settings of a loop of which each is drawn again with even odds, around its own."""
    factors = np.where(rng.random(3) < 0.5, 1.0, _factors(rng))
    return replace(
        own,
        learning_rate=own.learning_rate * float(factors[0]),
        batch_size=max(1, round(own.batch_size * float(factors[1]))),
        hidden=max(2, round(own.hidden * float(factors[2]))),
    )


def _factors(rng: np.random.Generator) -> list[float]:
    return [_log_uniform(rng, *bounds) for bounds in (_LOOP_RATES, _WIDTHS, _WIDTHS)]


def _hidden(own: tuple[int, ...], rng: np.random.Generator) -> tuple[int, ...]:
    """Draw how many layers there are, each wider or narrower than the program's by one factor."""
    factor = _log_uniform(rng, *_WIDTHS)
    depth = int(rng.integers(1, _DEEPEST + 1))
    longer = (own * _DEEPEST)[:depth]
    return tuple(max(2, round(width * factor)) for width in longer)


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
