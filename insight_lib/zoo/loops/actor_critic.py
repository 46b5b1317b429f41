"""A pole on a cart, learnt by an actor and a critic with clipped updates.

J. Schulman et al., Proximal policy optimization algorithms (2017); the series have the names that
Stable-Baselines3 gives them.
"""

from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from insight_lib.zoo.dataset import Array
from insight_lib.zoo.loops.environments import CartPole, Episodes
from insight_lib.zoo.loops.loop import Loop, LoopSettings, write_scalars
from insight_lib.zoo.programs.program import varied

_STEPS, _EPOCHS, _BATCH = 64, 4, 512
_DISCOUNT, _SMOOTHING, _CLIP, _LARGEST_NORM = 0.95, 0.95, 0.2, 0.5


def _settings(rng: np.random.Generator) -> LoopSettings:
    options = {"entropy": 0.01, "reward_scale": 1.0, "advantage": 1.0, "critic": 0.5, "jump": 1.0}
    return LoopSettings(varied(rng, 3e-3), 60, 32, 32, options)


@dataclass(frozen=True)
class _Rollout:
    """What was seen and done, one row a step of one environment."""

    seen: Array
    actions: Array
    log_p: Array
    values: Array
    advantages: Array

    @property
    def returns(self) -> Array:
        """What the critic is to foresee."""
        return self.advantages + self.values


def _train(settings: LoopSettings, rng: np.random.Generator, folder: Path) -> None:
    agent = _Agent(settings)
    environment, episodes = CartPole(settings.batch_size, rng), Episodes(settings.batch_size)
    writer = tf.summary.create_file_writer(str(folder))
    for update in range(settings.updates):
        if update == settings.updates // 2:
            agent.rate.assign(agent.rate * settings.options["jump"])
        rollout = _collect(agent, environment, episodes, settings, rng)
        told = agent.learn(rollout, rng)
        step = (update + 1) * _STEPS * settings.batch_size
        write_scalars(writer, step, episodes.means() | told)
    writer.close()


def _collect(
    agent: "_Agent",
    environment: CartPole,
    episodes: Episodes,
    settings: LoopSettings,
    rng: np.random.Generator,
) -> _Rollout:
    rows: list[tuple[Array, ...]] = []
    for _ in range(_STEPS):
        seen = environment.seen()
        logits, value = (each.numpy() for each in agent.forward(seen))
        log_p = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
        actions = (rng.random(len(seen)) < np.exp(log_p[:, 1])).astype(np.int64)
        done = environment.step(actions)
        rewards = done.rewards * settings.options["reward_scale"]
        episodes.add(rewards, done.ended)
        chosen = log_p[np.arange(len(seen)), actions]
        rows.append((seen, actions, chosen, value[:, 0], rewards, done.ended))
    seen, actions, log_p, values, rewards, ended = (
        np.stack(each) for each in zip(*rows, strict=True)
    )
    last = agent.forward(environment.seen())[1].numpy()[:, 0]
    advantages = _advantages(rewards, values, ended, last)
    flat = (
        each.reshape(-1, *each.shape[2:]) for each in (seen, actions, log_p, values, advantages)
    )
    return _Rollout(*flat)


def _advantages(rewards: Array, values: Array, ended: Array, last: Array) -> Array:
    """Return the generalised advantages (steps, n) of J. Schulman et al. (2016)."""
    found, ahead, following = np.zeros_like(rewards), np.zeros(len(last)), last
    for step in reversed(range(len(rewards))):
        goes_on = ~ended[step]
        error = rewards[step] + _DISCOUNT * following * goes_on - values[step]
        ahead = error + _DISCOUNT * _SMOOTHING * ahead * goes_on
        found[step], following = ahead, values[step]
    return found


class _Agent:
    """The two networks and what changes them."""

    def __init__(self, settings: LoopSettings) -> None:
        self._policy = _network(settings.hidden, CartPole.actions)
        self._critic = _network(settings.hidden, 1)
        self._entropy, self._sign = settings.options["entropy"], settings.options["advantage"]
        self._critic_weight = settings.options["critic"]
        # One optimizer and one norm for both, and this epsilon, as Stable-Baselines3 has them.
        self._optimizer = keras.optimizers.Adam(settings.learning_rate, epsilon=1e-5)
        self._variables = self._policy.trainable_variables + self._critic.trainable_variables
        self._optimizer.build(self._variables)
        self.forward = tf.function(lambda seen: (self._policy(seen), self._critic(seen)))
        self._step = tf.function(self._stepped)

    @property
    def rate(self) -> keras.Variable:
        """The learning rate."""
        return self._optimizer.learning_rate

    def learn(self, rollout: _Rollout, rng: np.random.Generator) -> dict[str, float]:
        """Change both networks by a rollout and return what is worth writing."""
        told = []
        advantages = rollout.advantages * self._sign
        scaled = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
        for _ in range(_EPOCHS):
            for rows in np.array_split(rng.permutation(len(scaled)), len(scaled) // _BATCH):
                columns = (rollout.seen, rollout.actions, rollout.log_p, scaled, rollout.returns)
                batch = [tf.constant(each[rows].astype(np.float32)) for each in columns]
                told.append([float(each) for each in self._step(*batch)])
        names = ("policy_gradient_loss", "value_loss", "entropy_loss", "approx_kl", "clip_fraction")
        means = np.mean(told, axis=0)
        spread = rollout.returns.var()
        unexplained = (rollout.returns - rollout.values).var() / spread if spread else np.nan
        found = {f"train/{name}": value for name, value in zip(names, means, strict=True)}
        return found | {
            "train/explained_variance": 1 - unexplained,
            "train/learning_rate": float(self.rate),
        }

    def _stepped(
        self, seen: tf.Tensor, actions: tf.Tensor, old: tf.Tensor, gain: tf.Tensor, goal: tf.Tensor
    ) -> tuple[tf.Tensor, ...]:
        with tf.GradientTape() as tape:
            log_p = tf.nn.log_softmax(self._policy(seen))
            chosen = tf.gather(log_p, tf.cast(actions, tf.int32), batch_dims=1)
            entropy = -tf.reduce_mean(tf.reduce_sum(tf.exp(log_p) * log_p, axis=1))
            ratio = tf.exp(chosen - old)
            clipped = tf.clip_by_value(ratio, 1 - _CLIP, 1 + _CLIP)
            policy_loss = -tf.reduce_mean(tf.minimum(ratio * gain, clipped * gain))
            value_loss = tf.reduce_mean((self._critic(seen)[:, 0] - goal) ** 2)
            loss = policy_loss - self._entropy * entropy + self._critic_weight * value_loss
        gradients = tape.gradient(loss, self._variables)
        clipped_gradients, _ = tf.clip_by_global_norm(gradients, _LARGEST_NORM)
        self._optimizer.apply(clipped_gradients, self._variables)
        kl = tf.reduce_mean(ratio - 1 - (chosen - old))
        far = tf.reduce_mean(tf.cast(tf.abs(ratio - 1) > _CLIP, tf.float32))
        return policy_loss, value_loss, -entropy, kl, far


def _network(hidden: int, outputs: int) -> keras.Model:
    inputs = keras.Input((CartPole.features,))
    x = keras.layers.Dense(hidden, activation="tanh")(inputs)
    x = keras.layers.Dense(hidden, activation="tanh")(x)
    last = keras.initializers.Orthogonal(0.01 if outputs > 1 else 1.0)
    return keras.Model(inputs, keras.layers.Dense(outputs, kernel_initializer=last)(x))


LOOP = Loop("cartpole_actor_critic", _settings, _train)
