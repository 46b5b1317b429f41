"""The process in which Keras trains the members; started by ``fit`` with its threads pinned.

One graph serves all members: tracing it takes longer than many epochs.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any, TypeAlias

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from insight_lib.risk.models.set_network.inputs import Places
from insight_lib.risk.models.set_network.keras_model import INPUTS, build, parameters_of
from insight_lib.risk.models.set_network.layout import Sizes

Arrays: TypeAlias = Mapping[str, npt.NDArray[Any]]
Tensor: TypeAlias = Any

BATCH = 64
LEARNING_RATE = 1e-3  # Adam's default, Kingma and Ba 2015
WEIGHT_DECAY = 1e-2  # AdamW's default in PyTorch
MOST_EPOCHS = 40
PATIENCE = 6
EPOCHS_WITHOUT_HELD_OUT = 15
KIND_WEIGHT = 0.2
"""Of the kind's loss: an aid to what is learnt, and not to outweigh the failure itself."""


def main(given: str, trained: str) -> None:
    """Train every member on the arrays of one file and write their parameters to another."""
    tf.config.experimental.enable_op_determinism()
    with np.load(given, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    settings = json.loads(str(arrays["settings"]))
    np.savez(
        trained,
        allow_pickle=False,
        **trained_members(arrays, Sizes(**settings["sizes"]), settings["seed"]),
    )


def trained_members(arrays: Arrays, sizes: Sizes, seed: int) -> dict[str, npt.NDArray[np.float32]]:
    """Return the parameters of every member, ``member/layer/weight``."""
    model = build(sizes)
    training = _Training(model, arrays)
    counts = np.flatnonzero(arrays["weight"] > 0)
    found: dict[str, npt.NDArray[np.float32]] = {}
    for member, is_held_out in enumerate(arrays["is_held_out"]):
        # So that no member depends on those before it.
        own_seed = seed * len(arrays["is_held_out"]) + member
        keras.utils.set_random_seed(own_seed)
        training.restart(build(sizes))
        held_out = is_held_out[counts]
        training.run(counts[~held_out], counts[held_out], np.random.default_rng(own_seed))
        found |= {f"{member}/{name}": values for name, values in parameters_of(model).items()}
    return found


class _Training:
    """Trains one model on rows of arrays that lie in memory, again and again."""

    def __init__(self, model: keras.Model, arrays: Arrays) -> None:
        self._model = model
        self._optimizer = keras.optimizers.AdamW(
            LEARNING_RATE, weight_decay=WEIGHT_DECAY, clipnorm=1.0
        )
        self._optimizer.build(model.trainable_variables)
        self._at_start = [one.numpy() for one in self._optimizer.variables]
        has_kind = (arrays["failed"] == 1) & (arrays["kind"] >= 0)
        self._inputs = [tf.constant(arrays[name]) for name in INPUTS]
        self._failed = tf.constant(arrays["failed"])
        self._kind = tf.constant(np.maximum(arrays["kind"], 0))
        # Adam's steps do not depend on the scale of weights, their decay does.
        weight = arrays["weight"]
        self._weight = tf.constant(weight / weight[weight > 0].mean())
        self._has_kind = tf.constant(has_kind.astype(np.float32))
        steps = tf.TensorSpec([None, None], tf.int32)
        self._epoch = tf.function(self._epoch_of, input_signature=[steps])
        self._held_out = tf.function(
            self._held_out_loss, input_signature=[tf.TensorSpec([None], tf.int32)]
        )

    def restart(self, fresh: keras.Model) -> None:
        """Take the weights and the seeds of dropout of a new model; forget the optimizer's."""
        for mine, other in zip(self._model.variables, fresh.variables, strict=True):
            mine.assign(other)
        for mine, values in zip(self._optimizer.variables, self._at_start, strict=True):
            mine.assign(values)

    def run(self, rows: Places, held_out: Places, random: np.random.Generator) -> None:
        """Train until the loss of the held-out rows has not fallen for PATIENCE epochs."""
        least, best, waited = np.inf, self._model.get_weights(), 0
        for _ in range(MOST_EPOCHS if held_out.size else EPOCHS_WITHOUT_HELD_OUT):
            self._epoch(tf.constant(_batches(rows, random), tf.int32))
            if not held_out.size:
                continue
            loss = float(self._held_out(tf.constant(held_out, tf.int32)))
            waited += 1
            if loss < least:
                least, best, waited = loss, self._model.get_weights(), 0
            if waited == PATIENCE:
                break
        if held_out.size:
            self._model.set_weights(best)

    def _epoch_of(self, batches: Tensor) -> None:
        for rows in batches:
            with tf.GradientTape() as tape:
                said = self._said(rows, training=True)
                loss = tf.reduce_mean(tf.gather(self._weight, rows) * self._losses(said, rows))
            variables = self._model.trainable_variables
            self._optimizer.apply_gradients(
                zip(tape.gradient(loss, variables), variables, strict=True)
            )

    def _losses(self, said: Mapping[str, Tensor], rows: Tensor) -> Tensor:
        of_kind = tf.nn.sparse_softmax_cross_entropy_with_logits(
            tf.gather(self._kind, rows), said["kind"]
        )
        has_kind = tf.gather(self._has_kind, rows)
        return self._failure_losses(said, rows) + KIND_WEIGHT * has_kind * of_kind

    def _held_out_loss(self, rows: Tensor) -> Tensor:
        losses = self._failure_losses(self._said(rows, training=False), rows)
        weight = tf.gather(self._weight, rows)
        return tf.reduce_sum(weight * losses) / tf.reduce_sum(weight)

    def _failure_losses(self, said: Mapping[str, Tensor], rows: Tensor) -> Tensor:
        return tf.nn.sigmoid_cross_entropy_with_logits(
            tf.gather(self._failed, rows), said["failed"][:, 0]
        )

    def _said(self, rows: Tensor, *, training: bool) -> Mapping[str, Tensor]:
        given = [tf.gather(one, rows) for one in self._inputs]
        said: Mapping[str, Tensor] = self._model(given, training=training)
        return said


def _batches(rows: Places, random: np.random.Generator) -> Places:
    """Return (steps, batch) rows in random order; those that fill no batch wait for their turn."""
    size = min(BATCH, rows.size)
    steps = rows.size // size
    return random.permutation(rows)[: steps * size].reshape(steps, size)


if __name__ == "__main__":
    main(*sys.argv[1:])
