"""What a run's recorded configuration says of its loss, metrics and data, as far as it says it.

The configuration is JSON that anyone may have written: what is absent or of another type than
expected is not known, and nothing here raises. Rules take what they need from here alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.view import RunView

BINARY_LOSSES = frozenset({"binary_crossentropy", "binary_focal_crossentropy"})
SPARSE_LOSSES = frozenset({"sparse_categorical_crossentropy"})
ONE_HOT_LOSSES = frozenset({"categorical_crossentropy", "categorical_focal_crossentropy"})
CLASS_LOSSES = SPARSE_LOSSES | ONE_HOT_LOSSES
CROSS_ENTROPIES = BINARY_LOSSES | CLASS_LOSSES
HINGES = frozenset({"hinge", "squared_hinge", "categorical_hinge"})
DISTANCES = frozenset(
    {"mean_squared_error", "mean_absolute_error", "huber", "log_cosh"}
    | {"mean_absolute_percentage_error", "mean_squared_logarithmic_error"}
)


@dataclass(frozen=True)
class Loss:
    """The one loss: the name of Keras's function, whether it takes logits, its other settings."""

    name: str
    from_logits: bool
    settings: Mapping[str, Any] = field(default_factory=dict)

    def number(self, setting: str, otherwise: float) -> float | None:
        """Return a setting, or what it is where it is not recorded; None where it is no number."""
        value = self.settings.get(setting)
        return otherwise if value is None else _number(value)


@dataclass(frozen=True)
class Optimizer:
    """The optimizer: its class, and the learning rate that it began with; None of either unknown.

    ``told_by`` is who told of it; None where TensorDealer recorded it. ``momentum`` is 0 where none
    is recorded.
    """

    name: str | None
    learning_rate: float | None
    told_by: str | None
    momentum: float = 0.0


@once_a_view
def optimizer(view: RunView) -> Optimizer | None:
    """Return the optimizer; None where none is recorded."""
    recorded = configuration(view).get("optimizer")
    if not isinstance(recorded, dict):
        return None
    name, rate = recorded.get("name"), recorded.get("learning_rate")
    if isinstance(rate, dict):
        rate = rate.get("initial_learning_rate")
    known, momentum = _number(rate), _number(recorded.get("momentum"))
    named = name if isinstance(name, str) else None
    return Optimizer(named, known, told_by(view), momentum or 0.0)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, float | int) and not isinstance(value, bool) else None


def told_by(view: RunView) -> str | None:
    """Return who told of the configuration; None where TensorDealer recorded it, or nobody."""
    source = configuration(view).get("told_by")
    return source if isinstance(source, str) else None


@once_a_view
def loss(view: RunView) -> Loss | None:
    """Return the loss; None where none or several are recorded."""
    recorded = configuration(view).get("loss")
    if isinstance(recorded, list) and len(recorded) == 1:
        recorded = recorded[0]
    if not isinstance(recorded, dict) or not isinstance(recorded.get("name"), str):
        return None
    return Loss(recorded["name"], recorded.get("from_logits") is True, recorded)


def metrics(view: RunView) -> tuple[str, ...]:
    """Return the names of the metrics; empty where none are recorded."""
    recorded = configuration(view).get("metrics")
    listed = recorded if isinstance(recorded, list) else []
    return tuple(name for name in listed if isinstance(name, str))


@once_a_view
def class_shares(view: RunView) -> tuple[float, ...]:
    """Return the share of each class in the training data, adding up to 1; empty where unknown."""
    balance = _data(view).get("class_balance")
    if not isinstance(balance, dict):
        return ()
    found = [share for share in balance.values() if isinstance(share, float | int) and share > 0]
    total = float(sum(found))
    return tuple(share / total for share in found) if 0 < total < float("inf") else ()


def accuracy(view: RunView) -> str | None:
    """Return the name of the first metric that counts exact hits; None of none."""
    return next((name for name in metrics(view) if "accuracy" in name or name == "acc"), None)


def rows(view: RunView) -> int | None:
    """Return the number of training examples."""
    return whole(_data(view).get("rows"))


def features(view: RunView) -> int | None:
    """Return the number of features of an example."""
    return whole(_data(view).get("features"))


def classes(view: RunView) -> int | None:
    """Return the number of classes; None of a regression too."""
    return whole(_data(view).get("classes"))


def _data(view: RunView) -> Mapping[str, Any]:
    recorded = configuration(view).get("data")
    return recorded if isinstance(recorded, dict) else {}


def configuration(view: RunView) -> Mapping[str, Any]:
    """Return all that is recorded; empty where nothing is."""
    return view.config or {}


def whole(value: object) -> int | None:
    """Return a whole number, None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
