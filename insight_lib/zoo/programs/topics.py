"""Which of five topics a text has, none or several: counts of words, labels multi-hot."""

from dataclasses import replace

import keras
import numpy as np
from sklearn.datasets import make_multilabel_classification

from insight_lib.zoo.building import hidden_layers
from insight_lib.zoo.dataset import Dataset, split_table
from insight_lib.zoo.programs.program import Program, varied
from insight_lib.zoo.settings import Settings

TOPICS = 5
_TEXTS = 1_500
_WORDS = 30


def _settings(rng: np.random.Generator) -> Settings:
    return Settings(
        learning_rate=varied(rng, 2e-3),
        epochs=12,
        batch_size=32,
        hidden=(int(rng.choice([24, 32])),),
        l2=1e-4,
        loss="binary_crossentropy",
        metric="binary_accuracy",
    )


def _load(settings: Settings, rng: np.random.Generator) -> Dataset:
    x, y = make_multilabel_classification(
        _TEXTS, _WORDS, n_classes=TOPICS, n_labels=2, random_state=int(rng.integers(2**31))
    )
    return _multi_hot(split_table(x, y, TOPICS, settings, rng))


def _multi_hot(data: Dataset) -> Dataset:
    """Leave the count of classes away, which belongs to labels of one class each."""
    return replace(
        data,
        train_y=data.train_y.astype(np.float32),
        validation_y=data.validation_y.astype(np.float32),
        classes=None,
    )


def _build(settings: Settings, data: Dataset) -> keras.Model:
    inputs = keras.Input((data.features,), name="words")
    x = hidden_layers(settings, inputs)
    outputs = keras.layers.Dense(TOPICS, activation="sigmoid", name="output")(x)
    return keras.Model(inputs, outputs, name="topics")


PROGRAM = Program("topic_labels", _settings, _load, _build)
