"""What a training program can be told; a fault is a change of these."""

from dataclasses import dataclass

Scalar = str | float | int | bool


@dataclass(frozen=True)
class Settings:
    """How one training is set up.

    ``hidden`` are the widths of the dense layers ``hidden_1``, ``hidden_2``, ...; ``l2`` weighs the
    squares of their kernels; ``train_rows`` keeps only the first examples (None: all);
    ``last_bias`` is where the biases of the last hidden layer start; ``frozen`` names a layer that
    training must not move.
    """

    learning_rate: float
    epochs: int
    batch_size: int
    hidden: tuple[int, ...]
    optimizer: str = "adam"
    activation: str = "relu"
    dropout: float = 0.0
    l2: float = 0.0
    train_rows: int | None = None
    scale_inputs: bool = True
    shuffle_labels: bool = False
    last_bias: float = 0.0
    frozen: str | None = None

    @property
    def last_hidden(self) -> str:
        """Name of the last hidden layer."""
        return f"hidden_{len(self.hidden)}"

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
