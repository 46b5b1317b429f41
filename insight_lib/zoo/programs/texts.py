"""Texts of two moods: synthetic words, each likelier in one mood, through an embedding and LSTM."""

import keras
import numpy as np

from insight_lib.zoo.building import hidden_layers, output_layer
from insight_lib.zoo.dataset import Array, Dataset
from insight_lib.zoo.programs.program import Program, varied
from insight_lib.zoo.settings import Settings

WORDS = 60
LENGTH = 12
_TEXTS = 4_000
_TRAIN = 3_000
# How unlike the two moods choose their words: the standard deviation of the log-odds of a word.
_CONTRAST = 0.5


def _settings(rng: np.random.Generator) -> Settings:
    return Settings(
        learning_rate=varied(rng, 2e-3),
        epochs=4,
        batch_size=64,
        hidden=(int(rng.choice([8, 12, 16])),),
        optimizer="rmsprop",
        dropout=0.3,
        inner="recurrent",
        embedding="word_embedding",
    )


def _load(_settings: Settings, rng: np.random.Generator) -> Dataset:
    lean = rng.normal(scale=_CONTRAST, size=WORDS)
    moods = rng.integers(0, 2, _TEXTS)
    texts = np.where(moods[:, None] == 1, _drawn(lean, rng), _drawn(-lean, rng))
    return Dataset(
        texts[:_TRAIN], moods[:_TRAIN], texts[_TRAIN:], moods[_TRAIN:], features=LENGTH, classes=2
    )


def _drawn(lean: Array, rng: np.random.Generator) -> Array:
    chances = np.exp(lean) / np.exp(lean).sum()
    return rng.choice(WORDS, (_TEXTS, LENGTH), p=chances)


def _build(settings: Settings, data: Dataset) -> keras.Model:
    inputs = keras.Input((LENGTH,), dtype="int32", name="words")
    x = keras.layers.Embedding(WORDS, 8, name="word_embedding")(inputs)
    x = keras.layers.LSTM(16, name="recurrent")(x)
    return keras.Model(inputs, output_layer(data.classes, hidden_layers(settings, x)), name="texts")


PROGRAM = Program("text_lstm", _settings, _load, _build)
