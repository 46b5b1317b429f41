"""From tokens and features to what the network computes with: standardised, with flags."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from insight_lib.columnar.arrays import Floats
from insight_lib.risk.models.set_network.inputs import RunInputs

STANDARD_LIMIT = 4.0
"""One value far outside of what was seen should not drive a run to certainty; 4 standard deviations
keep more than 99.9 % of a normal channel as they are."""

PARTS = ("layers", "curves", "features")


@dataclass(frozen=True)
class ScaledInputs:
    """Inputs of the network, all float64 and finite; a row a run.

    Attributes:
        layers: (runs, layers, times, 2 channels), values and then whether they are known.
        depth: (runs, layers, 2), from -0.5 to 0.5, and whether it is known.
        is_layer: (runs, layers, 1), 1 or 0.
        curves: (runs, points, 2 channels).
        features: (runs, 2 features).
    """

    layers: Floats
    depth: Floats
    is_layer: Floats
    curves: Floats
    features: Floats


@dataclass(frozen=True)
class Scaling:
    """Means and standard deviations of what is known of the training runs, by part.

    Attributes:
        means: part of PARTS to (channels,).
        scales: part of PARTS to (channels,), above 0.
    """

    means: Mapping[str, npt.NDArray[np.float32]]
    scales: Mapping[str, npt.NDArray[np.float32]]

    def apply(self, inputs: RunInputs) -> ScaledInputs:
        """Return the inputs of the network."""
        present = inputs.is_layer[:, :, None]
        return ScaledInputs(
            layers=self._flagged("layers", inputs.layers) * present[..., None],
            depth=_flagged(inputs.depth[..., None].astype(np.float64) - 0.5) * present,
            is_layer=present.astype(np.float64),
            curves=self._flagged("curves", inputs.curves),
            features=self._flagged("features", inputs.features.values),
        )

    def _flagged(self, part: str, values: npt.NDArray[np.floating]) -> Floats:
        known = np.where(np.isfinite(values), values, np.nan)
        standard = (known - self.means[part]) / self.scales[part]
        return _flagged(np.clip(standard, -STANDARD_LIMIT, STANDARD_LIMIT))


def scaling_of(inputs: RunInputs) -> Scaling:
    """Return the scaling of these runs; a channel that is nowhere known has mean 0 and scale 1."""
    layers = np.where(inputs.is_layer[:, :, None, None], inputs.layers, np.nan)
    parts = dict(zip(PARTS, (layers, inputs.curves, inputs.features.values), strict=True))
    moments = {part: _moments(values) for part, values in parts.items()}
    return Scaling(
        {part: means for part, (means, _) in moments.items()},
        {part: scales for part, (_, scales) in moments.items()},
    )


def _moments(
    values: npt.NDArray[np.floating],
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    rows = values.reshape(-1, values.shape[-1]).astype(np.float64)
    known = np.isfinite(rows)
    count = np.maximum(known.sum(axis=0), 1)
    means = np.where(known, rows, 0.0).sum(axis=0) / count
    spread = np.sqrt((np.where(known, rows - means, 0.0) ** 2).sum(axis=0) / count)
    # A channel that never differs says nothing; its deviation of rounding must not be blown up.
    varies = spread > 1e-6 * (1.0 + np.abs(means))
    return means.astype(np.float32), np.where(varies, spread, 1.0).astype(np.float32)


def _flagged(values: Floats) -> Floats:
    """Return (..., 2 channels): the values, 0 where not finite, and 1 or 0 for known or not."""
    known = np.isfinite(values)
    return np.concatenate([np.where(known, values, 0.0), known.astype(np.float64)], axis=-1)
