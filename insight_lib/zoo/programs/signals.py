"""Three kinds of wave under noise: synthetic, two convolutions along time, a loss of logits."""

import keras
import numpy as np

from insight_lib.zoo.building import hidden_layers
from insight_lib.zoo.dataset import Array, Dataset
from insight_lib.zoo.programs.program import Program, varied
from insight_lib.zoo.settings import Settings

LENGTH = 48
_SIGNALS = 1_500
_TRAIN = 1_000
_NOISE = 0.6


def _settings(rng: np.random.Generator) -> Settings:
    return Settings(
        learning_rate=varied(rng, 3e-3),
        epochs=8,
        batch_size=32,
        hidden=(int(rng.choice([16, 24])),),
        activation="elu",
        dropout=0.1,
        from_logits=True,
        inner="conv_2",
    )


def _load(_settings: Settings, rng: np.random.Generator) -> Dataset:
    kinds = rng.integers(0, 3, _SIGNALS)
    waves = _waves(kinds, rng) + rng.normal(scale=_NOISE, size=(_SIGNALS, LENGTH))
    x = waves[..., None].astype(np.float32)
    return Dataset(x[:_TRAIN], kinds[:_TRAIN], x[_TRAIN:], kinds[_TRAIN:], LENGTH, classes=3)


def _waves(kinds: Array, rng: np.random.Generator) -> Array:
    """Draw a sine, a square or a sawtooth wave of unit amplitude for each kind 0, 1 or 2."""
    periods = rng.uniform(10, 16, (_SIGNALS, 1))
    phase = (np.arange(LENGTH) / periods + rng.random((_SIGNALS, 1))) % 1
    sine = np.sin(2 * np.pi * phase)
    choices = [sine, np.sign(sine), 2 * phase - 1]
    waves: Array = np.choose(kinds[:, None], choices)
    return waves


def _build(settings: Settings, data: Dataset) -> keras.Model:
    inputs = keras.Input((LENGTH, 1), name="signal")
    x = inputs
    for number in (1, 2):
        x = keras.layers.Conv1D(12, 5, activation=settings.activation, name=f"conv_{number}")(x)
        x = keras.layers.MaxPooling1D(name=f"pool_{number}")(x)
    x = keras.layers.Flatten(name="flatten")(x)
    outputs = keras.layers.Dense(data.classes, name="output")(hidden_layers(settings, x))
    return keras.Model(inputs, outputs, name="signals")


PROGRAM = Program("signal_cnn", _settings, _load, _build)
