"""TensorDealer: a run's configuration, recorded once at its start, validated when it is read.

Reading (``load``) needs the standard library only; ``record`` needs TensorFlow and Keras, which
its first use loads.
"""

import importlib
from typing import TYPE_CHECKING

from insight_lib.dealer.config import DataDescription, LayerConfig, RunConfig
from insight_lib.dealer.extras import needs_extra
from insight_lib.dealer.reading import CONFIG_FILE, CONFIG_TAG, load, parse

if TYPE_CHECKING:
    from insight_lib.dealer.recording import record

__all__ = [
    "CONFIG_FILE",
    "CONFIG_TAG",
    "DataDescription",
    "LayerConfig",
    "RunConfig",
    "load",
    "parse",
    "record",
]


def __getattr__(name: str) -> object:
    """Import ``record`` where it is first asked for.

    Raises:
        MissingExtraError: TensorFlow or Keras is not installed.
    """
    if name != "record":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with needs_extra("trace"):
        home = importlib.import_module(f"{__name__}.recording")
    found: object = home.record
    return found
