"""Clicks on advertisements: synthetic, with rare positives, ids through embeddings.

The chance of a click depends on the item and on the user's segment through hidden vectors, and on
dense features; its mean lies between 1 and 3 %.
"""

import keras
import numpy as np

from insight_lib.zoo.building import hidden_layers, output_layer
from insight_lib.zoo.dataset import Array, Dataset, map_inputs
from insight_lib.zoo.programs.program import Program, varied
from insight_lib.zoo.settings import Settings

TRAIN_ROWS = 12_000
VALIDATION_ROWS = 6_000
ITEMS = 100
DENSE_FEATURES = 6
SEGMENTS = ("new", "returning", "loyal", "lapsed")
_RANK = 4


def _settings(rng: np.random.Generator) -> Settings:
    return Settings(
        learning_rate=varied(rng, 2e-3),
        epochs=6,
        batch_size=256,
        hidden=(int(rng.choice([16, 24, 32])), 8),
        l2=1e-4,
    )


def _load(_settings: Settings, rng: np.random.Generator) -> Dataset:
    rows = TRAIN_ROWS + VALIDATION_ROWS
    items = rng.zipf(1.3, rows) % ITEMS
    segments = rng.integers(0, len(SEGMENTS), rows)
    dense = rng.normal(size=(rows, DENSE_FEATURES)).astype(np.float32)
    labels = rng.random(rows) < _click_chance(items, segments, dense, rng)
    inputs: dict[str, Array] = {"item": items, "segment": segments, "dense": dense}
    train, validation = slice(TRAIN_ROWS), slice(TRAIN_ROWS, None)
    return Dataset(
        train_x=map_inputs(inputs, lambda array: array[train]),
        train_y=labels[train].astype(np.int64),
        validation_x=map_inputs(inputs, lambda array: array[validation]),
        validation_y=labels[validation].astype(np.int64),
        features=len(inputs) - 1 + DENSE_FEATURES,
        classes=2,
        slices={"segment": [SEGMENTS[number] for number in segments[validation]]},
    )


def _click_chance(items: Array, segments: Array, dense: Array, rng: np.random.Generator) -> Array:
    item_vectors = rng.normal(size=(ITEMS, _RANK))
    segment_vectors = rng.normal(size=(len(SEGMENTS), _RANK))
    item_bias = rng.normal(scale=1.0, size=ITEMS)
    weights = rng.normal(scale=0.5, size=DENSE_FEATURES)
    match = (item_vectors[items] * segment_vectors[segments]).sum(axis=1) / np.sqrt(_RANK)
    logit = item_bias[items] + 0.5 * match + dense @ weights
    rate = rng.uniform(0.015, 0.028)
    chance: Array = 1 / (1 + np.exp(-(logit - _shift_to_rate(logit, rate))))
    return chance


def _shift_to_rate(logit: Array, rate: float) -> float:
    """Find by bisection what to subtract for the mean chance to be ``rate``."""
    low, high = -20.0, 40.0
    for _ in range(40):
        middle = (low + high) / 2
        mean = np.mean(1 / (1 + np.exp(middle - logit)))
        low, high = (middle, high) if mean > rate else (low, middle)
    return low


def _build(settings: Settings, data: Dataset) -> keras.Model:
    inputs = {
        "item": keras.Input((), dtype="int32", name="item"),
        "segment": keras.Input((), dtype="int32", name="segment"),
        "dense": keras.Input((DENSE_FEATURES,), name="dense"),
    }
    embedded = [
        keras.layers.Embedding(ITEMS, 8, name="item_embedding")(inputs["item"]),
        keras.layers.Embedding(len(SEGMENTS), 8, name="segment_embedding")(inputs["segment"]),
    ]
    x = keras.layers.Concatenate(name="joined")([*embedded, inputs["dense"]])
    outputs = output_layer(data.classes, hidden_layers(settings, x))
    return keras.Model(inputs, outputs, name="clicks")


PROGRAM = Program("click_embedding", _settings, _load, _build)
