"""The norms of a whole step, from the statistics of its tensors."""

import math
from collections.abc import Mapping

from insight_lib.tracer.statistics.tensor_statistics import TensorSummary
from insight_lib.tracer.stats_format import STATS_FIELDS, format_tag, parse_tag

_L2, _NANS, _INFS = (STATS_FIELDS.index(name) for name in ("l2", "nans", "infs"))
GRADIENT_NORM = "gradient_norm"
_SCALARS = {"gradient": GRADIENT_NORM, "update": "update_norm", "weight": "weight_norm"}


def step_norms(found: Mapping[str, TensorSummary]) -> dict[str, float]:
    """Return ``gradient_norm``, ``update_norm`` and ``weight_norm`` where there is a gradient.

    Over the tensors that have a gradient; NaN where an element is not finite.
    """
    tags = [parse_tag(tag) for tag in found]
    trained = [(each.layer, each.tensor) for each in tags if each and each.kind == "gradient"]
    if not trained:
        return {}
    return {
        scalar: math.sqrt(sum(_square(found[format_tag(*names, kind)]) for names in trained))
        for kind, scalar in _SCALARS.items()
    }


def _square(tensor: TensorSummary) -> float:
    is_finite = tensor.stats[_NANS] == 0 and tensor.stats[_INFS] == 0
    return float(tensor.stats[_L2]) ** 2 if is_finite else math.nan
