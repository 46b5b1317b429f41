"""TensorTracer: what a training writes about its inside; the format stands in ``stats_format``.

``TensorTracer`` is a callback of Keras's ``fit``. A custom training loop is traced by two
lines more, and one that is changed::

    from insight_lib.tracer import LoopTracer

    with LoopTracer("logs/run-9", model, optimizer) as tracer:
        traced_step = tracer.step(train_step)
        for x, y in data:
            loss = traced_step(x, y)

Importing this package loads neither TensorFlow nor Keras; the first use of one of its names does.
"""

import importlib
from typing import TYPE_CHECKING

from insight_lib.dealer.extras import needs_extra

if TYPE_CHECKING:
    from insight_lib.tracer.callback import TensorTracer
    from insight_lib.tracer.loop import LoopTracer
    from insight_lib.tracer.predictions import ValidationPredictions
    from insight_lib.tracer.snapshots import Snapshots

__all__ = ["LoopTracer", "Snapshots", "TensorTracer", "ValidationPredictions"]

_HOMES = {
    "LoopTracer": "loop",
    "Snapshots": "snapshots",
    "TensorTracer": "callback",
    "ValidationPredictions": "predictions",
}


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
