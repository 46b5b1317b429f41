"""The norms of a whole step, from the statistics of its tensors."""

import math
from collections.abc import Mapping

from insight_lib.tracer.statistics import TensorSummary
from insight_lib.tracer.stats_format import STATS_FIELDS, format_tag, parse_tag

_L2, _NANS, _INFS = (STATS_FIELDS.index(name) for name in ("l2", "nans", "infs"))
GRADIENT_NORM = "gradient_norm"
_SCALARS = {"gradient": GRADIENT_NORM, "update": "update_norm", "weight": "weight_norm"}


def step_norms(found: Mapping[str, TensorSummary]) -> dict[str, float]:
    """Return ``gradient_norm``, ``update_norm`` and ``weight_norm`` where there is a gradient.

    Over the tensors that have a gradient; NaN where an element is not finite.
    """
    squares = dict.fromkeys(_SCALARS, 0.0)
    for tag in found:
        names = parse_tag(tag)
        if names is None or names.kind != "gradient":
            continue
        for kind in squares:
            stats = found[format_tag(names.layer, names.tensor, kind)].stats
            is_finite = stats[_NANS] == 0 and stats[_INFS] == 0
            squares[kind] += float(stats[_L2]) ** 2 if is_finite else math.nan
    if not any(tag.endswith("/gradient") for tag in found):
        return {}
    return {_SCALARS[kind]: math.sqrt(value) for kind, value in squares.items()}
