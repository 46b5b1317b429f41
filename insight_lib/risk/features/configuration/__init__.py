"""Features of what a run is: its optimizer, its network, how it began; as far as it is recorded.

Neither epochs nor steps are among them: that few are planned says nothing of what becomes of a run.
"""

from insight_lib.risk.features.configuration.hidden_layers import HIDDEN_LAYER_FEATURES
from insight_lib.risk.features.configuration.initial_weights import INITIAL_WEIGHT_FEATURES
from insight_lib.risk.features.configuration.network import NETWORK_FEATURES
from insight_lib.risk.features.configuration.optimizer import OPTIMIZER_FEATURES

CONFIGURATION_FEATURES = (
    *OPTIMIZER_FEATURES,
    *NETWORK_FEATURES,
    *HIDDEN_LAYER_FEATURES,
    *INITIAL_WEIGHT_FEATURES,
)

__all__ = ["CONFIGURATION_FEATURES"]
