"""What a training program can be told; most faults are a change of these."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import keras

Scalar = str | float | int | bool
# From the learning rate and the number of steps of the whole training.
Schedule = Callable[[float, int], keras.optimizers.schedules.LearningRateSchedule]


@dataclass(frozen=True)
class Settings:
    """How one training is set up.

    ``hidden`` are the widths of the dense layers ``hidden_1``, ``hidden_2``, ...; ``l2`` weighs the
    squares of their kernels. What enters them with several axes is flattened above the first
    ``below_flatten`` of them, or nowhere (None). ``initialiser`` is that of every kernel (None:
    its own). ``loss`` and ``metric`` are Keras's names (None: what fits the classes), the loss of
    the logits where ``from_logits``. ``layers`` maps a layer's name to what its Keras configuration
    says otherwise than the program; no gradient passes below the layer named by ``detached``.
    ``inner`` names a layer with a kernel, neither first nor last, and ``embedding`` its table of
    ids, where the program has one.
    """

    learning_rate: float
    epochs: int
    batch_size: int
    hidden: tuple[int, ...]
    below_flatten: int | None = 0
    optimizer: str = "adam"
    schedule: Schedule | None = None
    clipnorm: float | None = None
    activation: str = "relu"
    initialiser: str | None = None
    dropout: float = 0.0
    l2: float = 0.0
    loss: str | None = None
    metric: str | None = None
    from_logits: bool = False
    scale_inputs: bool = True
    layers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    detached: str | None = None
    inner: str = "hidden_1"
    embedding: str = "item_embedding"

    @property
    def hidden_names(self) -> tuple[str, ...]:
        """Names of the hidden layers, from the lowest."""
        return tuple(f"hidden_{number}" for number in range(1, len(self.hidden) + 1))

    def hparams(self) -> dict[str, Scalar]:
        """Return what an honest user of the program would record."""
        return {
            "learning_rate": self.learning_rate,
            "optimizer": self.optimizer,
            "epochs": self.epochs,
            "batch_size": self.batch_size,
            "hidden": "-".join(str(width) for width in self.hidden),
            "activation": self.activation,
            "dropout": self.dropout,
            "l2": self.l2,
        }
