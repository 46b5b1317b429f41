"""The model of a run's recorded configuration, format 1."""

from collections.abc import Mapping
from dataclasses import dataclass

Scalar = str | float | int | bool

CONFIG_VERSION = 1


@dataclass(frozen=True)
class LayerConfig:
    """One layer.

    ``name`` is its path in the model and ``type`` its class; ``activation`` is null where it has
    none; ``parameters`` counts its own weights' elements, ``trainable`` says whether training may
    move them; ``output_shape`` has a null for the examples' axis and any other open one, and is
    null where it is not known.
    """

    name: str
    type: str
    activation: str | None
    parameters: int
    trainable: bool
    output_shape: tuple[int | None, ...] | None


@dataclass(frozen=True)
class DataDescription:
    """The training data: examples, features of an example, and, for a classification, its classes.

    ``class_balance`` maps each class to its share of the examples, from 0 to 1; both it and
    ``classes`` are null for a regression.
    """

    rows: int
    features: int
    classes: int | None
    class_balance: Mapping[str, float] | None


@dataclass(frozen=True)
class RunConfig:
    """What was set when a run started.

    ``optimizer`` holds its ``name`` and settings, a schedule or other object as JSON text;
    ``packages`` maps a package to its version; ``topology`` is in the order of the forward pass as
    far as the model knows it.
    """

    version: int
    program: str
    hparams: Mapping[str, Scalar]
    optimizer: Mapping[str, Scalar | None]
    topology: tuple[LayerConfig, ...]
    data: DataDescription
    seeds: Mapping[str, int]
    packages: Mapping[str, str]
    python: str
