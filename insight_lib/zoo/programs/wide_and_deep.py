"""Whether a film is liked: synthetic; crossed ids through a linear part, ids through a deep one.

Wide and deep learning (Cheng et al. 2016): the wide part memorises pairs of genre and age group,
the deep part generalises from the vectors of user and film.
"""

import keras
import numpy as np

from insight_lib.zoo.building import hidden_layers
from insight_lib.zoo.dataset import Array, Dataset, map_inputs
from insight_lib.zoo.programs.program import Program, varied
from insight_lib.zoo.settings import Settings

USERS = 120
FILMS = 80
GENRES = 6
AGE_GROUPS = 5
_TRAIN_ROWS = 10_000
_ROWS = 14_000
_RANK = 3
# How sure people are of what they like: of less, even the best model knows little.
_DECIDED = 2.0


def _settings(rng: np.random.Generator) -> Settings:
    width = int(rng.choice([16, 24, 32]))
    return Settings(
        learning_rate=varied(rng, 3e-3),
        epochs=8,
        batch_size=128,
        hidden=(width, width // 2),
        inner="hidden_2",
        embedding="film_embedding",
    )


def _load(_settings: Settings, rng: np.random.Generator) -> Dataset:
    users, films = rng.integers(0, USERS, _ROWS), rng.integers(0, FILMS, _ROWS)
    genres, ages = rng.integers(0, GENRES, FILMS), rng.integers(0, AGE_GROUPS, USERS)
    pairs = genres[films] * AGE_GROUPS + ages[users]
    labels = rng.random(_ROWS) < _chance_of_liking(users, films, pairs, rng)
    inputs: dict[str, Array] = {"user": users, "film": films, "pair": pairs}
    train, validation = slice(_TRAIN_ROWS), slice(_TRAIN_ROWS, None)
    return Dataset(
        train_x=map_inputs(inputs, lambda ids: ids[train]),
        train_y=labels[train].astype(np.int64),
        validation_x=map_inputs(inputs, lambda ids: ids[validation]),
        validation_y=labels[validation].astype(np.int64),
        features=len(inputs),
        classes=2,
    )


def _chance_of_liking(users: Array, films: Array, pairs: Array, rng: np.random.Generator) -> Array:
    tastes, traits = (rng.normal(size=(count, _RANK)) for count in (USERS, FILMS))
    match = (tastes[users] * traits[films]).sum(axis=1)
    fashion = rng.normal(scale=1.0, size=GENRES * AGE_GROUPS)[pairs]
    chance: Array = 1 / (1 + np.exp(-_DECIDED * (match + fashion)))
    return chance


def _build(settings: Settings, _data: Dataset) -> keras.Model:
    inputs = {name: keras.Input((), dtype="int32", name=name) for name in ("user", "film", "pair")}
    embedded = [
        keras.layers.Embedding(USERS, 8, name="user_embedding")(inputs["user"]),
        keras.layers.Embedding(FILMS, 8, name="film_embedding")(inputs["film"]),
    ]
    deep = hidden_layers(settings, keras.layers.Concatenate(name="joined")(embedded))
    wide = keras.layers.Embedding(GENRES * AGE_GROUPS, 1, name="pair_weights")(inputs["pair"])
    both = keras.layers.Concatenate(name="wide_and_deep")([wide, deep])
    outputs = keras.layers.Dense(1, activation="sigmoid", name="output")(both)
    return keras.Model(inputs, outputs, name="films")


PROGRAM = Program("wide_and_deep", _settings, _load, _build)
