"""Handwritten digits of 8 x 8 pixels (scikit-learn's digits), made by an adversarial network.

I. Goodfellow et al., Generative adversarial nets (2014), with the loss that does not saturate.
"""

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits

from insight_lib.zoo.loops.loop import Loop, LoopSettings, write_scalars
from insight_lib.zoo.programs.program import varied

_NOISE, _WRITTEN_EVERY = 16, 10


def _settings(rng: np.random.Generator) -> LoopSettings:
    return LoopSettings(varied(rng, 1e-3), 1_000, 64, 64, {"generator": 1.0, "noise": 1.0})


def _train(settings: LoopSettings, rng: np.random.Generator, folder: Path) -> None:
    images = (load_digits().data / 8 - 1).astype(np.float32)
    spread = float(images.std(axis=0).mean())
    pair = _Pair(settings, images.shape[1])
    writer = tf.summary.create_file_writer(str(folder))
    for step in range(settings.updates):
        real = images[rng.integers(len(images), size=settings.batch_size)]
        noise = rng.normal(size=(settings.batch_size, _NOISE)) * settings.options["noise"]
        generator_loss, critic_loss, right, made = pair.step(real, noise.astype(np.float32))
        if step % _WRITTEN_EVERY == 0:
            told = {
                "generator_loss": float(generator_loss),
                "discriminator_loss": float(critic_loss),
                "discriminator_accuracy": float(right),
                "diversity": float(made.numpy().std(axis=0).mean()) / spread,
            }
            write_scalars(writer, step, told)
    writer.close()


class _Pair:
    """Generator and discriminator with their optimizers."""

    def __init__(self, settings: LoopSettings, pixels: int) -> None:
        self._maker = _network(_NOISE, settings.hidden, pixels, "tanh")
        self._judge = _network(pixels, settings.hidden, 1, None)
        rates = settings.learning_rate * settings.options["generator"], settings.learning_rate
        networks = (self._maker, self._judge)
        self._optimizers = [keras.optimizers.Adam(rate, beta_1=0.5) for rate in rates]
        for optimizer, network in zip(self._optimizers, networks, strict=True):
            optimizer.build(network.trainable_variables)
        self.step = tf.function(self._stepped)

    def _stepped(self, real: tf.Tensor, noise: tf.Tensor) -> tuple[tf.Tensor, ...]:
        with tf.GradientTape(persistent=True) as tape:
            made = self._maker(noise)
            of_real, of_made = self._judge(real)[:, 0], self._judge(made)[:, 0]
            generator_loss = tf.reduce_mean(tf.nn.softplus(-of_made))
            mistaken = tf.nn.softplus(-of_real) + tf.nn.softplus(of_made)
            critic_loss = tf.reduce_mean(mistaken)
        losses = (generator_loss, critic_loss)
        for optimizer, network, loss in zip(
            self._optimizers, (self._maker, self._judge), losses, strict=True
        ):
            variables = network.trainable_variables
            optimizer.apply(tape.gradient(loss, variables), variables)
        right = [tf.cast(of_real > 0, tf.float32), tf.cast(of_made < 0, tf.float32)]
        return generator_loss, critic_loss, tf.reduce_mean(right), made


def _network(inputs: int, hidden: int, outputs: int, activation: str | None) -> keras.Model:
    first = keras.Input((inputs,))
    x = keras.layers.Dense(hidden)(first)
    x = keras.layers.LeakyReLU(0.2)(x)
    x = keras.layers.Dense(hidden)(x)
    x = keras.layers.LeakyReLU(0.2)(x)
    return keras.Model(first, keras.layers.Dense(outputs, activation=activation)(x))


LOOP = Loop("digits_gan", _settings, _train)
