"""TensorTracer: what a training writes about its inside; the format stands in ``stats_format``.

Importing this package loads neither TensorFlow nor Keras; the first use of ``TensorTracer`` or
``ValidationPredictions`` does.
"""

import importlib
from typing import TYPE_CHECKING

from insight_lib.dealer.extras import needs_extra

if TYPE_CHECKING:
    from insight_lib.tracer.callback import TensorTracer
    from insight_lib.tracer.predictions import ValidationPredictions

__all__ = ["TensorTracer", "ValidationPredictions"]

_HOMES = {"TensorTracer": "callback", "ValidationPredictions": "predictions"}


def __getattr__(name: str) -> object:
    """Import a public name where it is first asked for.

    Raises:
        MissingExtraError: TensorFlow, Keras or pyarrow is not installed.
    """
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with needs_extra("trace"):
        home = importlib.import_module(f"{__name__}.{_HOMES[name]}")
    found: object = getattr(home, name)
    return found
