"""Where Spark finds the data source ``tfevents``.

Spark registers the ``DefaultSource`` of every module on the path whose name begins so; it takes
neither a call nor a setting.
"""

from insight_lib.sources.tfevents import TfEvents as DefaultSource

__all__ = ["DefaultSource"]
