"""What statistics of a layer's tensor may come from, the best first."""

COMPACT, SNAPSHOT, HISTOGRAM, SCALAR = SOURCES = ("deepinsight", "snapshot", "histogram", "scalar")
