"""What others than TensorDealer tell of a run's configuration, in the form of a recorded one.

Of `insight_lib.dealer.config.RunConfig` it has ``optimizer``, ``loss``, ``metrics``, ``topology``
and ``outputs`` as far as they were told, and ``told_by``, who told. A Keras model states all of
them; hyper-parameters the optimizer and its learning rate.
"""

import json
import re
from collections.abc import Mapping, Set

from insight_lib.events.runs.keras_compile import compiled_training
from insight_lib.events.runs.keras_json import keras_layers, output_layers

TOLD_BY = "told_by"

_RATES = frozenset({"lr", "learningrate"})
_OPTIMIZERS = frozenset({"optimizer", "optim", "opt", "optimizername", "optimizertype"})


def of_keras_model(document: str | None, source: str) -> str | None:
    """Return what a Keras model states, as JSON; None where it states no layers, or is damaged."""
    if document is None:
        return None
    try:
        layers, outputs = keras_layers(document), output_layers(document)
    except (ValueError, RecursionError):
        # What is wrong with it is said where the layers are read.
        return None
    if not layers:
        return None
    training = compiled_training(document)
    told = {TOLD_BY: source, **training, "topology": layers, "outputs": outputs}
    return json.dumps(told)


def with_hparams(told: str | None, hparams: Mapping[str, str], source: str | None) -> str | None:
    """Return what was told, with the optimizer of the hyper-parameters where it has none.

    Args:
        told: what ``of_keras_model`` returns.
        hparams: hyper-parameters as text.
        source: the first that told of them.
    """
    config = json.loads(told) if told else {}
    optimizer = _optimizer(hparams)
    if "optimizer" in config or not optimizer:
        return told
    sources = [each for each in (config.get(TOLD_BY), source) if each]
    return json.dumps(config | {"optimizer": optimizer, TOLD_BY: ", ".join(sources)})


def _optimizer(hparams: Mapping[str, str]) -> dict[str, object]:
    """Return the optimizer's name and learning rate; what is told in two ways is not known."""
    rates = {rate for text in _values(hparams, _RATES) if (rate := _number(text)) is not None}
    names = {name for text in _values(hparams, _OPTIMIZERS) if (name := _last_word(text))}
    found: dict[str, object] = {}
    if len(names) == 1:
        found["name"] = names.pop()
    if len(rates) == 1:
        found["learning_rate"] = rates.pop()
    return found


def _values(hparams: Mapping[str, str], names: Set[str]) -> list[str]:
    """Return the values under some names, written in any way: ``LearningRate``, ``optim/lr``."""
    last = ((re.split(r"[./]", name)[-1], value) for name, value in hparams.items())
    return [value for name, value in last if re.sub(r"[-_ ]", "", name).lower() in names]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _last_word(text: str) -> str:
    """Return ``Adam`` of ``Adam``, ``torch.optim.Adam`` and ``<class 'torch.optim.adam.Adam'>``."""
    found = re.fullmatch(r"(?:<class ')?(?:\w+\.)*(\w+)(?:'>)?", text.strip())
    return found[1] if found else ""
