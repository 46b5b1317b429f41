"""All features of the model on model."""

import math

from insight_lib.risk.features.configuration import CONFIGURATION_FEATURES
from insight_lib.risk.features.curves_adversarial import ADVERSARIAL_FEATURES
from insight_lib.risk.features.curves_gap import GAP_FEATURES
from insight_lib.risk.features.curves_metric import METRIC_FEATURES
from insight_lib.risk.features.curves_optimizer import OPTIMIZER_FEATURES
from insight_lib.risk.features.curves_return import RETURN_FEATURES
from insight_lib.risk.features.curves_train_loss import TRAIN_LOSS_FEATURES
from insight_lib.risk.features.curves_validation_loss import VALIDATION_LOSS_FEATURES
from insight_lib.risk.features.data import DATA_FEATURES
from insight_lib.risk.features.feature import Feature, Seen
from insight_lib.risk.features.findings import FINDING_FEATURES
from insight_lib.risk.features.layers_activations import ACTIVATION_FEATURES
from insight_lib.risk.features.layers_gradients import GRADIENT_FEATURES
from insight_lib.risk.features.layers_updates import UPDATE_FEATURES
from insight_lib.risk.features.layers_weights import WEIGHT_FEATURES

FEATURES: tuple[Feature, ...] = (
    *TRAIN_LOSS_FEATURES,
    *VALIDATION_LOSS_FEATURES,
    *GAP_FEATURES,
    *METRIC_FEATURES,
    *RETURN_FEATURES,
    *ADVERSARIAL_FEATURES,
    *OPTIMIZER_FEATURES,
    *GRADIENT_FEATURES,
    *UPDATE_FEATURES,
    *ACTIVATION_FEATURES,
    *WEIGHT_FEATURES,
    *FINDING_FEATURES,
    *CONFIGURATION_FEATURES,
    *DATA_FEATURES,
)


def features_of(seen: Seen) -> dict[str, float]:
    """Return what is known of a run: the name of each feature to its finite value."""
    values = ((feature.name, float(feature.compute(seen))) for feature in FEATURES)
    return {name: value for name, value in values if math.isfinite(value)}
