"""Which layer a feature is of, where it is an extreme over layers."""

from insight_lib.risk.features.catalogue import FEATURES
from insight_lib.risk.features.feature import Seen
from insight_lib.risk.features.quantity import OverLayers

_OVER_LAYERS = tuple(
    (one.name, one.compute) for one in FEATURES if isinstance(one.compute, OverLayers)
)


def layers_of(seen: Seen) -> dict[str, str]:
    """Return the name of each such feature that is known to the name of its layer."""
    if not seen.run.layers:
        return {}
    named = ((name, compute.layer(seen)) for name, compute in _OVER_LAYERS)
    return {name: layer for name, layer in named if layer is not None}
