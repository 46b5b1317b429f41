"""All features of the model on model."""

import math

from insight_lib.dissection.run.view import RunView
from insight_lib.risk.features.configuration import CONFIGURATION_FEATURES
from insight_lib.risk.features.curves_adversarial import ADVERSARIAL_FEATURES
from insight_lib.risk.features.curves_gap import GAP_FEATURES
from insight_lib.risk.features.curves_metric import METRIC_FEATURES
from insight_lib.risk.features.curves_optimizer import OPTIMIZER_FEATURES
from insight_lib.risk.features.curves_return import RETURN_FEATURES
from insight_lib.risk.features.curves_train_loss import TRAIN_LOSS_FEATURES
from insight_lib.risk.features.curves_validation_loss import VALIDATION_LOSS_FEATURES
from insight_lib.risk.features.data import DATA_FEATURES
from insight_lib.risk.features.feature import Feature, Group, Seen
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

# Of what was not written nothing is known: most runs have neither layers nor a configuration.
_OF_LAYERS = frozenset({Group.GRADIENTS, Group.UPDATES, Group.ACTIVATIONS, Group.WEIGHTS})
_WITHOUT_LAYERS = tuple(one for one in FEATURES if one.group not in _OF_LAYERS)
_OF_SCALARS = tuple(one for one in _WITHOUT_LAYERS if one.group is not Group.CONFIGURATION)


def features_of(seen: Seen) -> dict[str, float]:
    """Return what is known of a run: the name of each feature to its finite value."""
    values = ((feature.name, float(feature.compute(seen))) for feature in _computed(seen.run))
    return {name: value for name, value in values if math.isfinite(value)}


def _computed(run: RunView) -> tuple[Feature, ...]:
    if run.layers:
        return FEATURES
    return _OF_SCALARS if run.config is None else _WITHOUT_LAYERS
