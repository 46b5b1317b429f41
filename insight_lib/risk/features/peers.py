"""Features of a run among its peers: the runs of its program, or experiment, at the same share.

What is usual differs from program to program: a fall of the loss by a third is much in one and
little in another. Where a night has several runs of one program, they say what is usual there.
"""

import math

from insight_lib.risk.features.catalogue import FEATURES
from insight_lib.risk.features.feature import Feature, Group, Seen, Unit

PREFIX = "peers_"

COMPARED = (
    "loss_change",
    "loss_last_octave",
    "loss_fall_to_noise",
    "loss_now_to_guess",
    "loss_noise_to_level",
    "validation_change",
    "validation_last_octave",
    "validation_now_to_start",
    "validation_now_to_guess",
    "gap",
    "score_change",
    "score_last_octave",
    "score_skill",
    "train_score_skill",
    "return_change",
    "return_last_octave",
    "gradient_norm_growth",
)
"""Features that are compared: how far the curves have come. Statistics of layers are left out, as
runs of scalars alone must have the same features."""


def _unknown(_: Seen) -> float:
    """Return NaN: of a run by itself nothing is known of it among others."""
    return math.nan


def _compared(feature: Feature) -> Feature:
    subject = feature.meaning.split(" (")[0]
    return Feature(
        name=PREFIX + feature.name,
        group=Group.PEERS,
        meaning=f"{subject}, by how many spreads off the middle of its peers",
        compute=_unknown,
        direction=feature.direction,
        say=f"the {subject} [is {{value}} spreads below the middle of its peers"
        "|is about in the middle of its peers|is {value} spreads above the middle of its peers]",
        unit=Unit.SPREADS,
    )


_BY_NAME = {feature.name: feature for feature in FEATURES}
PEER_FEATURES: tuple[Feature, ...] = tuple(_compared(_BY_NAME[name]) for name in COMPARED)
"""One for each of COMPARED, in that order; see ``models.peers`` for their values."""

MODEL_FEATURES: tuple[Feature, ...] = (*FEATURES, *PEER_FEATURES)
"""All that a model looks at: what is known of a run by itself, then of it among its peers."""
