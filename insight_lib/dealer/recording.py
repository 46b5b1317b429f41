"""Recording a run's configuration at its start."""

import json
import math
import os
import platform
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib import metadata
from pathlib import Path

import keras

from insight_lib.dealer.config import (
    CONFIG_VERSION,
    DataDescription,
    LayerConfig,
    RunConfig,
    Scalar,
)
from insight_lib.dealer.event_log import EventLog, add_text, new_summary
from insight_lib.dealer.keras_layers import (
    activation_name,
    output_shape,
    own_weights,
    walk_layers,
)
from insight_lib.dealer.reading import CONFIG_FILE, CONFIG_TAG

_PACKAGES = ("deepinsight", "keras", "numpy", "scikit-learn", "tensorflow")


def record(
    run_dir: str | os.PathLike[str],
    model: keras.Model,
    *,
    program: str,
    hparams: Mapping[str, Scalar],
    data: DataDescription,
    seeds: Mapping[str, int],
) -> RunConfig:
    """Write ``insight_config.json`` and the text summary ``insight/config`` into ``run_dir``.

    Args:
        run_dir: made where it is absent.
        model: a compiled Keras model; its layers and optimizer are described.
        program: what was run: the name that runs of the same training program share.
        hparams: hyper-parameters.
        data: the training data.
        seeds: what each random generator was seeded with.

    Raises:
        OSError: the file system refuses (for the event file ``tf.errors.OpError``).
    """
    config = RunConfig(
        version=CONFIG_VERSION,
        program=program,
        hparams=dict(hparams),
        optimizer=_describe_optimizer(model.optimizer),
        topology=tuple(_describe_layers(model)),
        data=data,
        seeds=dict(seeds),
        packages=_installed(),
        python=platform.python_version(),
    )
    text = json.dumps(asdict(config), indent=2)
    folder = Path(run_dir)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG_FILE).write_text(text + "\n", encoding="utf-8")
    _write_text_summary(folder, text)
    return config


def _write_text_summary(run_dir: Path, text: str) -> None:
    """Write the JSON indented by four spaces: still JSON, and a code block for TensorBoard."""
    summary = new_summary()
    add_text(summary, CONFIG_TAG, "\n".join(f"    {line}" for line in text.splitlines()))
    log = EventLog(run_dir)
    log.write(summary, 0)
    log.close()


def _describe_optimizer(optimizer: keras.optimizers.Optimizer | None) -> dict[str, Scalar | None]:
    if optimizer is None:
        return {}
    settings = optimizer.get_config()
    plain = {name: _as_scalar(value) for name, value in settings.items()}
    return {**plain, "name": type(optimizer).__name__}


def _as_scalar(value: object) -> Scalar | None:
    """Keep what JSON has as a scalar; a schedule or other object becomes JSON text."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    return json.dumps(value, default=str)


def _describe_layers(model: keras.Model) -> Iterator[LayerConfig]:
    for name, layer in walk_layers(model):
        if isinstance(layer, (keras.Model, keras.layers.InputLayer)):
            continue
        yield LayerConfig(
            name=name,
            type=type(layer).__name__,
            activation=activation_name(layer),
            parameters=sum(math.prod(weight.shape) for weight in own_weights(layer)),
            trainable=bool(layer.trainable),
            output_shape=output_shape(layer),
        )


def _installed() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
