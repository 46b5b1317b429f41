"""All features of the model on model, and what each means in words."""

from insight_lib.risk.layer_features import LAYER_FEATURES
from insight_lib.risk.loss_features import LOSS_FEATURES

FEATURES = LOSS_FEATURES + LAYER_FEATURES

MEANINGS = {feature.name: feature.meaning for feature in FEATURES}
"""Feature name to its meaning: the words for the reasons of a risk score."""
