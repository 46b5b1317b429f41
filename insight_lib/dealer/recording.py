"""Recording a run's configuration at its start."""

import os
import platform
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras

from insight_lib.dealer.config import CONFIG_VERSION, DataDescription, RunConfig, Scalar
from insight_lib.dealer.describe_layers import Topology, describe_inputs, describe_topology
from insight_lib.dealer.describe_training import describe_loss, describe_metrics, describe_optimizer
from insight_lib.dealer.environment import code_version, host, installed
from insight_lib.dealer.event_log import EventLog, add_text, new_summary
from insight_lib.dealer.keras_to_json import attempt, plain
from insight_lib.dealer.layout import layout
from insight_lib.dealer.reading import CONFIG_FILE, CONFIG_TAG, parse
from insight_lib.errors import ConfigError
from insight_lib.strict_json import strict_json


def record(
    run_dir: str | os.PathLike[str],
    model: keras.Model,
    *,
    program: str | None = None,
    hparams: Mapping[str, Scalar] | None = None,
    optimizer: keras.optimizers.Optimizer | None = None,
    data: DataDescription | None = None,
    seeds: Mapping[str, int] | None = None,
) -> RunConfig:
    """Write ``insight_config.json`` and the text summary ``insight/config`` into ``run_dir``.

    Of a model that Keras cannot describe (a subclass that was not called, a loss or layer of one's
    own without ``get_config``) what is not known is null. Nothing personal is recorded: no user, no
    paths.

    Args:
        run_dir: made where it is absent.
        model: a Keras model, compiled and built as far as it is to be described.
        program: what was run: the name that runs of the same training program share; by default
            the model's name.
        hparams: hyper-parameters.
        optimizer: what your custom training loop applies; by default the one that the model was
            compiled with, or holds.
        data: the training data.
        seeds: what each random generator was seeded with.

    Raises:
        ConfigError: an argument does not fit; the message names the field.
        OSError: the file system refuses (for the event file ``tf.errors.OpError``).

    Example:
        >>> import keras
        >>> from insight_lib import record
        >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
        >>> model.compile("adam", "mse")
        >>> config = record("logs/run-9", model, program="houses", hparams={"batch": 32})
        >>> config.program, config.topology[0].type, config.topology[0].units
        ('houses', 'Dense', 1)
    """
    nothing: Topology = ((), None)
    topology, outputs = attempt(lambda: describe_topology(model), nothing)
    config = RunConfig(
        version=CONFIG_VERSION,
        program=str(model.name) if program is None else program,
        hparams=_told("hparams", hparams),
        optimizer=attempt(lambda: describe_optimizer(model, optimizer), None),
        loss=attempt(lambda: describe_loss(model), None),
        metrics=attempt(lambda: describe_metrics(model), ()),
        topology=topology,
        inputs=attempt(lambda: describe_inputs(model), None),
        outputs=outputs,
        data=data and DataDescription(**plain(asdict(data))),
        seeds=_told("seeds", seeds),
        code=code_version(),
        host=host(),
        packages=installed(),
        python=platform.python_version(),
    )
    folder = Path(run_dir)
    text = layout(strict_json(asdict(config)))
    # What would not be read back is refused while the one who can fix it is there.
    recorded = parse(text, str(folder / CONFIG_FILE))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG_FILE).write_text(text + "\n", encoding="utf-8")
    _write_text_summary(folder, text)
    return recorded


def record_if_absent(
    run_dir: str | os.PathLike[str],
    model: keras.Model,
    optimizer: keras.optimizers.Optimizer | None = None,
) -> RunConfig | None:
    """Record what the model tells where nobody recorded a configuration; None where one is there.

    Args:
        run_dir: as of `record`.
        model: likewise.
        optimizer: likewise.

    Raises:
        OSError: the file system refuses (for the event file ``tf.errors.OpError``).
    """
    if (Path(run_dir) / CONFIG_FILE).exists():
        return None
    return record(run_dir, model, optimizer=optimizer)


def _told(field: str, values: Mapping[str, object] | None) -> dict[str, Any]:
    """Keep what a user told whole; numbers of numpy become plain ones, a function its name.

    Raises:
        ConfigError: a value is something else, of which only its class could be kept.
    """
    for name, value in (values or {}).items():
        if not (_is_json(value) or callable(value) or hasattr(value, "__array__")):
            raise ConfigError(f"{field}.{name} is {value!r}, not JSON; give it as text or a number")
    return {
        str(name): value if isinstance(value, str) else plain(value)
        for name, value in (values or {}).items()
    }


def _is_json(value: object) -> bool:
    return value is None or isinstance(value, (str, int, float, list, tuple, Mapping))


def _write_text_summary(run_dir: Path, text: str) -> None:
    """Write the JSON indented by four spaces: still JSON, and a code block for TensorBoard."""
    summary = new_summary()
    add_text(summary, CONFIG_TAG, "\n".join(f"    {line}" for line in text.splitlines()))
    log = EventLog(run_dir)
    log.write(summary, 0)
    log.close()
