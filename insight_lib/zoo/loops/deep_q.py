"""A walk over a frozen lake, learnt by a deep Q-network.

V. Mnih et al., Human-level control through deep reinforcement learning (2015): replay and a target
network; the series have the names that Stable-Baselines3 gives them.
"""

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from insight_lib.zoo.dataset import Array
from insight_lib.zoo.loops.environments import Episodes, FrozenLake
from insight_lib.zoo.loops.loop import Loop, LoopSettings, write_scalars
from insight_lib.zoo.programs.program import varied

_MEMORY, _BATCH, _TARGET_EVERY, _WRITTEN_EVERY = 4_000, 128, 50, 20
_EXPLORED_SHARE, _LEAST_EXPLORATION = 0.5, 0.05


def _settings(rng: np.random.Generator) -> LoopSettings:
    return LoopSettings(varied(rng, 2e-3), 1_600, 16, 32, {"discount": 0.95, "rate": 1.0})


def _train(settings: LoopSettings, rng: np.random.Generator, folder: Path) -> None:
    learner = _Learner(settings)
    environment, episodes = FrozenLake(settings.batch_size, rng), Episodes(settings.batch_size)
    memory: list[tuple[Array, ...]] = []
    writer = tf.summary.create_file_writer(str(folder))
    for update in range(settings.updates):
        share = 1 - update / (_EXPLORED_SHARE * settings.updates)
        exploration = max(_LEAST_EXPLORATION, share)
        seen = environment.seen()
        best = learner.values(seen).numpy().argmax(axis=1)
        random = rng.integers(environment.actions, size=len(seen))
        actions = np.where(rng.random(len(seen)) < exploration, random, best)
        done = environment.step(actions)
        episodes.add(done.rewards, done.ended)
        memory = [*memory, *zip(seen, actions, done.rewards, done.ended, done.seen, strict=True)]
        memory = memory[-_MEMORY:]
        loss = learner.learn([memory[row] for row in rng.integers(len(memory), size=_BATCH)])
        if update % _TARGET_EVERY == 0:
            learner.follow()
        if update % _WRITTEN_EVERY == _WRITTEN_EVERY - 1:
            step = (update + 1) * settings.batch_size
            told = {"train/loss": loss, "rollout/exploration_rate": exploration}
            write_scalars(writer, step, episodes.means() | told)
    writer.close()


class _Learner:
    """The network, its target and the optimizer."""

    def __init__(self, settings: LoopSettings) -> None:
        self._network, self._target = _network(settings.hidden), _network(settings.hidden)
        self._discount = settings.options["discount"]
        rate = settings.learning_rate * settings.options["rate"]
        self._optimizer = keras.optimizers.Adam(rate)
        self._optimizer.build(self._network.trainable_variables)
        self.values = tf.function(self._network)
        self._step = tf.function(self._stepped)

    def follow(self) -> None:
        """Give the target the network's weights."""
        self._target.set_weights(self._network.get_weights())

    def learn(self, rows: list[tuple[Array, ...]]) -> float:
        """Take one step on remembered (seen, action, reward, ended, seen next); return the loss."""
        seen, actions, rewards, ended, after = (np.stack(each) for each in zip(*rows, strict=True))
        goes_on = (~ended).astype(np.float32)
        batch = (seen, actions.astype(np.int32), rewards.astype(np.float32), goes_on, after)
        return float(self._step(*map(tf.constant, batch)))

    def _stepped(
        self,
        seen: tf.Tensor,
        actions: tf.Tensor,
        rewards: tf.Tensor,
        on: tf.Tensor,
        after: tf.Tensor,
    ) -> tf.Tensor:
        following = tf.reduce_max(self._target(after), axis=1)
        goal = tf.stop_gradient(rewards + self._discount * on * following)
        with tf.GradientTape() as tape:
            chosen = tf.gather(self._network(seen), actions, batch_dims=1)
            loss = tf.reduce_mean((chosen - goal) ** 2)
        variables = self._network.trainable_variables
        self._optimizer.apply(tape.gradient(loss, variables), variables)
        return loss


def _network(hidden: int) -> keras.Model:
    inputs = keras.Input((FrozenLake.features,))
    x = keras.layers.Dense(hidden, activation="relu")(inputs)
    return keras.Model(inputs, keras.layers.Dense(FrozenLake.actions)(x))


LOOP = Loop("frozen_lake_dqn", _settings, _train)
