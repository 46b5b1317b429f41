"""The model of a run's recorded configuration, format 1."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

Scalar = str | float | int | bool
Shape = tuple[int | None, ...]
Settings = Mapping[str, object]
"""Any JSON, by name."""
Named = Annotated[Mapping[str, object], "name"]
"""What has a name, and settings next to it: ``{"name": "SGD", "momentum": 0.9}``."""

CONFIG_VERSION = 1


@dataclass(frozen=True)
class LayerConfig:
    """One layer; what is null is not known, or not there.

    Args:
        name: its path in the model, such as ``block/dense_1``.
        type: its class.
        activation: as Keras names it (``relu``); null where it has none.
        parameters: elements of its own weights; null where it is not built yet.
        trainable: whether training may move its weights.
        output_shape: null for the examples' axis and any other open one.
        units: of a dense or recurrent layer.
        filters: of a convolution.
        weights: the shape of each of its own weights, named as ``TensorTracer`` names them.
        initializers: by the weight that they make, with the class as name:
            ``{"kernel": {"name": "GlorotUniform"}}``.
        regularizers: likewise; that of the output is ``activity``.
        inputs: the layers and model inputs that feed it, through whatever lies between that is no
            layer; null where the model is no graph of layers, or it lies inside another layer.
        settings: all else that it was made with, without nulls.
    """

    name: str
    type: str
    activation: str | None
    parameters: int | None
    trainable: bool
    output_shape: Shape | None
    units: int | None
    filters: int | None
    weights: Mapping[str, Shape]
    initializers: Mapping[str, Named]
    regularizers: Mapping[str, Named]
    inputs: tuple[str, ...] | None
    settings: Settings


@dataclass(frozen=True)
class DataDescription:
    """The training data: examples, features of an example, and, for a classification, its classes.

    ``class_balance`` maps each class to its share of the examples, from 0 to 1; both it and
    ``classes`` are null for a regression. What is not known is null.
    """

    rows: int | None = None
    features: int | None = None
    classes: int | None = None
    class_balance: Mapping[str, float] | None = None


@dataclass(frozen=True)
class CodeVersion:
    """The git revision of the program's folder.

    ``dirty`` says whether a file under version control differed from it; null where git did not
    say in time.
    """

    revision: str
    dirty: bool | None


@dataclass(frozen=True)
class Host:
    """The machine, without its name: platform, processors that the process may use, memory.

    ``memory`` is in bytes; ``accelerators`` are the names of TensorFlow's devices that are no CPU;
    the two counts of TensorFlow's threads are 0 where it chooses them itself. Null is not known.
    """

    platform: str
    cpus: int | None
    memory: int | None
    accelerators: tuple[str, ...]
    intra_op_threads: int
    inter_op_threads: int


@dataclass(frozen=True)
class RunConfig:
    """What was set when a run started.

    Args:
        version: of this format.
        program: the name that runs of the same training program share.
        hparams: hyper-parameters.
        optimizer: its class as ``name``, and its settings without nulls; a learning rate that is
            scheduled is an object, ``{"schedule": "CosineDecay", "decay_steps": 100, ...}``. Null
            where the model has none.
        loss: Keras's function as ``name`` (``binary_crossentropy``; of a custom one its own name),
            and its settings, ``from_logits`` among them where it has it. Of a model of several
            losses the list, in the order of its outputs; null where there is none.
        metrics: their names.
        topology: the layers, in the order of the forward pass as far as the model knows it.
        inputs: the shape of each of the model's inputs; null where they are not known.
        outputs: the layers that give the model's outputs, null for one that is no layer's own;
            null where the model is no graph of layers.
        data: the training data; null where nobody described it.
        seeds: what each random generator was seeded with.
        code: null where the program is under no version control.
        host: the machine.
        packages: package to version.
        python: Python's version.
    """

    version: int
    program: str
    hparams: Mapping[str, Scalar]
    optimizer: Named | None
    loss: Named | tuple[Named | None, ...] | None
    metrics: tuple[str, ...]
    topology: tuple[LayerConfig, ...]
    inputs: Mapping[str, Shape | None] | None
    outputs: tuple[str | None, ...] | None
    data: DataDescription | None
    seeds: Mapping[str, int]
    code: CodeVersion | None
    host: Host
    packages: Mapping[str, str]
    python: str
