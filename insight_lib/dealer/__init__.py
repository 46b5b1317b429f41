"""TensorDealer: a run's configuration, recorded once at its start, validated when it is read.

Reading (``load``) needs the standard library only; ``record`` and ``record_if_absent`` need
TensorFlow and Keras, which their first use loads.
"""

import importlib
from typing import TYPE_CHECKING

from insight_lib.dealer.config import (
    CodeVersion,
    DataDescription,
    Host,
    LayerConfig,
    RunConfig,
)
from insight_lib.dealer.extras import needs_extra
from insight_lib.dealer.reading import CONFIG_FILE, CONFIG_TAG, load, parse

if TYPE_CHECKING:
    from insight_lib.dealer.recording import record, record_if_absent

__all__ = [
    "CONFIG_FILE",
    "CONFIG_TAG",
    "CodeVersion",
    "DataDescription",
    "Host",
    "LayerConfig",
    "RunConfig",
    "load",
    "parse",
    "record",
    "record_if_absent",
]


def __getattr__(name: str) -> object:
    """Import what records where it is first asked for.

    Raises:
        MissingExtraError: TensorFlow or Keras is not installed.
    """
    if name not in ("record", "record_if_absent"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with needs_extra("trace"):
        home = importlib.import_module(f"{__name__}.recording")
    found: object = getattr(home, name)
    return found
