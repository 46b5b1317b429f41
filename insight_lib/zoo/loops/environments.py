"""Small environments, many side by side: a pole on a cart, and a walk over a frozen lake."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from insight_lib.zoo.dataset import Array


@dataclass(frozen=True)
class Step:
    """What the environments answer to one action each.

    Attributes:
        seen: (n, features) the observations after it; of those that ended, the next start.
        rewards: (n,).
        ended: (n,) bool, whether the episode ended.
    """

    seen: Array
    rewards: Array
    ended: Array


class Environment(Protocol):
    """Environments side by side, each starting again when its episode ends."""

    actions: int
    features: int

    def seen(self) -> Array:
        """Return the observations (n, features)."""
        ...

    def step(self, actions: Array) -> Step:
        """Act in each, (n,) integers."""
        ...


class CartPole:
    """A pole on a cart that is pushed left or right; a reward of 1 a step while it stands.

    The equations and constants of A. Barto, R. Sutton and C. Anderson, Neuronlike adaptive elements
    that can solve difficult learning control problems (1983). An episode ends after ``longest``
    steps.
    """

    actions, features, longest = 2, 4, 200
    _force, _gravity, _pole, _cart, _half_length, _interval_s = 10.0, 9.8, 0.1, 1.0, 0.5, 0.02
    _limit_m, _limit_rad = 2.4, 12 * np.pi / 180

    def __init__(self, count: int, rng: np.random.Generator) -> None:
        self._rng = rng
        self._state = self._start(count)
        self._age = np.zeros(count, dtype=np.int64)

    def seen(self) -> Array:
        """Return position, speed, angle and angular speed (n, 4)."""
        return self._state.astype(np.float32)

    def step(self, actions: Array) -> Step:
        """Push each cart, 0 to the left and 1 to the right, for a fiftieth of a second."""
        _, speed, angle, turning = self._state.T
        mass = self._pole + self._cart
        pushed = np.where(actions == 1, self._force, -self._force)
        moment = self._pole * self._half_length
        common = (pushed + moment * turning**2 * np.sin(angle)) / mass
        slope = 4 / 3 - self._pole * np.cos(angle) ** 2 / mass
        turn = (self._gravity * np.sin(angle) - np.cos(angle) * common) / self._half_length / slope
        gain = common - moment * turn * np.cos(angle) / mass
        rates = np.stack([speed, gain, turning, turn], axis=1)
        self._state = self._state + self._interval_s * rates
        self._age += 1
        fallen = np.abs(self._state[:, 0]) > self._limit_m
        ended = fallen | (np.abs(self._state[:, 2]) > self._limit_rad) | (self._age >= self.longest)
        self._state[ended] = self._start(int(ended.sum()))
        self._age[ended] = 0
        return Step(self.seen(), np.ones(len(actions)), ended)

    def _start(self, count: int) -> Array:
        return self._rng.uniform(-0.05, 0.05, (count, self.features))


class FrozenLake:
    """A walk over a lake of 4 x 4 with four holes; a reward of 1 at the far corner, else 0.

    An episode ends at the goal, in a hole or after ``longest`` steps. The ice is not slippery.
    """

    actions, features, longest = 4, 16, 40
    _holes, _goal, _side = (5, 7, 11, 12), 15, 4

    def __init__(self, count: int, _rng: np.random.Generator) -> None:
        self._place = np.zeros(count, dtype=np.int64)
        self._age = np.zeros(count, dtype=np.int64)

    def seen(self) -> Array:
        """Return the places as indicators (n, 16)."""
        return np.eye(self.features, dtype=np.float32)[self._place]

    def step(self, actions: Array) -> Step:
        """Walk, 0 left, 1 down, 2 right, 3 up; who walks off the lake stays."""
        row, column = np.divmod(self._place, self._side)
        row = np.clip(row + (actions == 1) - (actions == 3), 0, self._side - 1)
        column = np.clip(column + (actions == 2) - (actions == 0), 0, self._side - 1)
        self._place = row * self._side + column
        self._age += 1
        reached = self._place == self._goal
        ended = reached | np.isin(self._place, self._holes) | (self._age >= self.longest)
        self._place[ended] = 0
        self._age[ended] = 0
        return Step(self.seen(), reached.astype(np.float64), ended)


class Episodes:
    """The returns of episodes side by side, of which the last hundred that ended are kept."""

    _kept = 100

    def __init__(self, count: int) -> None:
        self._running = np.zeros(count)
        self._steps = np.zeros(count, dtype=np.int64)
        self._returns: list[float] = []
        self._lengths: list[int] = []

    def add(self, rewards: Array, ended: Array) -> None:
        """Add a step's rewards (n,)."""
        self._running += rewards
        self._steps += 1
        self._returns = [*self._returns, *self._running[ended]][-self._kept :]
        self._lengths = [*self._lengths, *self._steps[ended]][-self._kept :]
        self._running[ended] = 0
        self._steps[ended] = 0

    def means(self) -> dict[str, float]:
        """Return the mean return and length, as Stable-Baselines3 names them; {} before any."""
        if not self._returns:
            return {}
        return {
            "rollout/ep_rew_mean": float(np.mean(self._returns)),
            "rollout/ep_len_mean": float(np.mean(self._lengths)),
        }
