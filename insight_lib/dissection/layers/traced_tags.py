"""The tags of TensorTracer's compact summaries and snapshots."""

from functools import cache

from insight_lib.tracer.stats_format import TensorTag, parse_tag

STATS, SNAPSHOT = "/stats", "/snapshot"
"""How the tags of compact summaries and snapshots end, behind that of the histogram."""


@cache
def traced_name(tag: str) -> TensorTag | None:
    """Return what a compact summary or a snapshot is of; None where its tag is neither's."""
    for suffix in (STATS, SNAPSHOT):
        if tag.endswith(suffix):
            found = parse_tag(tag.removesuffix(suffix))
            return None if found is None or found.is_stats else found
    return None
