"""The tags of TensorTracer's compact summaries and snapshots, and of their histograms."""

from functools import cache

from insight_lib.tracer.stats_format import KINDS, TensorTag, parse_tag

_STATS, _SNAPSHOT = "/stats", "/snapshot"

HISTOGRAMS_BESIDE = f"(?s)^.+/[^/]+/(?:{'|'.join(KINDS)})$"
"""A pattern of the tags of the histograms that stand beside compact summaries."""


@cache
def traced_name(tag: str) -> TensorTag | None:
    """Return what a compact summary or a snapshot is of; None where its tag is neither's."""
    for suffix in (_STATS, _SNAPSHOT):
        if tag.endswith(suffix):
            found = parse_tag(tag.removesuffix(suffix))
            return None if found is None or found.is_stats else found
    return None
