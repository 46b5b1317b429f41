"""DeepInsight: a quality platform for deep-learning training.

The names below are the public interface. Each is imported when it is first used, so that this
package costs nothing to import; where an optional dependency is missing, the error names the extra
that brings it.

* ``diagnose``: what is wrong with the runs of a directory, without a lake;
* ``RULES``: the rules that it applies, causes before symptoms;
* ``read_events``: event files as Arrow tables;
* ``open_lake``: the tables of a lake;
* ``certified_roc_auc``: the ROC AUC between certified bounds, and its standard error;
* ``ScoreHistogram``: the mergeable state that the metrics are computed from;
* ``TensorTracer``: a Keras callback that writes what happens in each layer;
* ``StopWhenDoomed``: a Keras callback that ends a training which is going to fail;
* ``record``: write a run's configuration when it starts.

Example:
    >>> from insight_lib import RULES
    >>> [rule.severity for rule in RULES if rule.name == "dead_units"]
    ['error']

The packages follow the data, left to right: ``tracer``, ``dealer`` (in the training process),
``events``, ``predictions`` (bytes to rows), ``evaluation``, ``dissection``, ``risk`` (rows to
judgements), ``report`` (what people see). ``lake`` lies under those that keep tables, ``cli`` on
top of all.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from insight_lib.dealer.recording import record
    from insight_lib.dissection.diagnose import diagnose
    from insight_lib.dissection.rules import RULES
    from insight_lib.evaluation.metrics.certified_auc import certified_roc_auc
    from insight_lib.evaluation.metrics.score_histogram import ScoreHistogram
    from insight_lib.events.read_events import read_events
    from insight_lib.lake.tables import open_lake
    from insight_lib.risk.watching.stop_when_doomed import StopWhenDoomed
    from insight_lib.tracer.callback import TensorTracer

__all__ = [
    "RULES",
    "ScoreHistogram",
    "StopWhenDoomed",
    "TensorTracer",
    "certified_roc_auc",
    "diagnose",
    "open_lake",
    "read_events",
    "record",
]

# Of each public name its module and the extras that bring what the module imports.
_HOMES = {
    "RULES": ("insight_lib.dissection.rules", "diagnose"),
    "ScoreHistogram": ("insight_lib.evaluation.metrics.score_histogram", "diagnose"),
    "StopWhenDoomed": ("insight_lib.risk.watching.stop_when_doomed", "trace", "diagnose"),
    "TensorTracer": ("insight_lib.tracer.callback", "trace"),
    "certified_roc_auc": ("insight_lib.evaluation.metrics.certified_auc", "diagnose"),
    "diagnose": ("insight_lib.dissection.diagnose", "diagnose"),
    "open_lake": ("insight_lib.lake.tables", "sql"),
    "read_events": ("insight_lib.events.read_events", "diagnose"),
    "record": ("insight_lib.dealer.recording", "trace"),
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used.

    Raises:
        MissingExtraError: An optional dependency is not installed.
    """
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Imported here, so that whoever imports a package below this one does not pay for them.
    from importlib import import_module  # noqa: PLC0415

    from insight_lib.dealer.extras import needs_extra  # noqa: PLC0415

    module, *extras = _HOMES[name]
    with needs_extra(*extras):
        found: object = getattr(import_module(module), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return all names, also those not imported yet."""
    return sorted({*globals(), *__all__})
