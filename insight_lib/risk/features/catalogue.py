"""All features of the model on model."""

import math

from insight_lib.risk.features.curves_loss import LOSS_FEATURES
from insight_lib.risk.features.feature import Feature, Seen

FEATURES: tuple[Feature, ...] = (*LOSS_FEATURES,)

MEANINGS = {feature.name: feature.meaning for feature in FEATURES}
"""Feature name to its meaning: the words for the reasons of a risk score."""


def features_of(seen: Seen) -> dict[str, float]:
    """Return what is known of a run: the name of each feature to its finite value."""
    values = ((feature.name, float(feature.compute(seen))) for feature in FEATURES)
    return {name: value for name, value in values if math.isfinite(value)}
