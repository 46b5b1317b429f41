"""The next character of English text (the descriptions of scikit-learn's datasets), by a GRU."""

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from sklearn import datasets

from insight_lib.zoo.dataset import Array
from insight_lib.zoo.loops.loop import Loop, LoopSettings, write_scalars
from insight_lib.zoo.programs.program import varied

_LENGTH, _WARM_UP, _HELD_OUT, _EVALUATED_EVERY = 32, 20, 0.1, 20
_JUMP_STEPS = 8


def _settings(rng: np.random.Generator) -> LoopSettings:
    options = {"peak": 1.0, "warm_up": 1.0, "jump": 1.0}
    return LoopSettings(varied(rng, 8e-3), 400, 32, 64, options)


def _train(settings: LoopSettings, rng: np.random.Generator, folder: Path) -> None:
    text = _text()
    kept = int((1 - _HELD_OUT) * len(text))
    model = _model(settings.hidden, int(text.max()) + 1)
    optimizer = keras.optimizers.Adam(settings.learning_rate)
    optimizer.build(model.trainable_variables)

    def stepped(rows: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            loss = _loss(model, rows)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return loss, tf.linalg.global_norm(gradients)

    learn = tf.function(stepped)
    judge = tf.function(lambda rows: _loss(model, rows))
    held_out = _windows(text[kept:], 64, rng)
    writer = tf.summary.create_file_writer(str(folder))
    for step in range(settings.updates):
        optimizer.learning_rate.assign(_rate(settings, step))
        loss, norm = learn(_windows(text[:kept], settings.batch_size, rng))
        told = {
            "train/loss": float(loss),
            "train/grad_norm": float(norm),
            "train/learning_rate": float(optimizer.learning_rate),
        }
        if step % _EVALUATED_EVERY == _EVALUATED_EVERY - 1:
            told["eval/loss"] = float(judge(held_out))
        write_scalars(writer, step, told)
    writer.close()


def _rate(settings: LoopSettings, step: int) -> float:
    """Return the learning rate: it rises at first, then falls to a tenth; it may jump midway."""
    options = settings.options
    risen = min(1.0, (step + 1) / _WARM_UP) if options["warm_up"] else 1.0
    left = 1 - 0.9 * step / settings.updates
    at_jump = 0 <= step - settings.updates // 2 < _JUMP_STEPS
    rate = settings.learning_rate * options["peak"] * risen * left
    return float(rate * options["jump"]) if at_jump else float(rate)


def _loss(model: keras.Model, rows: tf.Tensor) -> tf.Tensor:
    logits = model(rows[:, :-1])
    return tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=rows[:, 1:], logits=logits)
    )


def _text() -> Array:
    """Return the text (n,) as numbers of its characters from 0."""
    loaded = (
        datasets.load_digits(),
        datasets.load_wine(),
        datasets.load_breast_cancer(),
        datasets.load_diabetes(),
        datasets.load_iris(),
    )
    text = "\n".join(each.DESCR for each in loaded)
    _, numbers = np.unique(list(text.lower()), return_inverse=True)
    return numbers.astype(np.int32)


def _windows(text: Array, count: int, rng: np.random.Generator) -> tf.Tensor:
    starts = rng.integers(len(text) - _LENGTH - 1, size=count)
    return tf.constant(text[starts[:, None] + np.arange(_LENGTH + 1)])


def _model(hidden: int, characters: int) -> keras.Model:
    inputs = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(characters, 16)(inputs)
    x = keras.layers.GRU(hidden, return_sequences=True)(x)
    return keras.Model(inputs, keras.layers.Dense(characters)(x))


LOOP = Loop("character_gru", _settings, _train)
