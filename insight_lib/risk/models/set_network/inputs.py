"""What a set network is given of runs, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from insight_lib.columnar.arrays import Booleans, Floats
from insight_lib.errors import InputError
from insight_lib.risk.models.matrix import FeatureMatrix
from insight_lib.risk.models.set_network.layout import LEAST_POINTS, LEAST_TIMES, Sizes

Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Channels:
    """What the channels of the tokens are, by name; a trained network refuses others."""

    layer: tuple[str, ...]
    curve: tuple[str, ...]


@dataclass(frozen=True)
class RunInputs:
    """What was known of some runs at their cut-offs; a row each in all arrays.

    Attributes:
        features: of each run as a whole; NaN where not known.
        layers: (runs, layers, times, channels), bounded and free of scale; NaN where not known.
        depth: (runs, layers), from 0 at the input to 1 at the output; NaN where not known.
        is_layer: (runs, layers); what stands at a False place is never looked at.
        curves: (runs, points, channels), points even over the steps seen; NaN where not known.
        channels: names of the channels of ``layers`` and ``curves``.
    """

    features: FeatureMatrix
    layers: npt.NDArray[np.floating]
    depth: npt.NDArray[np.floating]
    is_layer: Booleans
    curves: npt.NDArray[np.floating]
    channels: Channels

    def rows(self, keep: Places) -> "RunInputs":
        """Return the rows of these numbers, in this order."""
        return RunInputs(
            self.features.rows(keep),
            self.layers[keep],
            self.depth[keep],
            self.is_layer[keep],
            self.curves[keep],
            self.channels,
        )

    def sizes(self, kinds: int) -> Sizes:
        """Return the sizes of a network for these.

        Raises:
            InputError: the arrays do not fit each other or their channels, or are too short.
        """
        found = [self.layers.shape, self.depth.shape, self.is_layer.shape, self.curves.shape]
        runs = len(self.features.run_ids)
        if [len(shape) for shape in found] != [4, 2, 2, 3]:
            raise InputError(f"tokens need 4, 2, 2 and 3 axes, these have shapes {found}")
        _, layers, times, layer_channels = self.layers.shape
        _, points, curve_channels = self.curves.shape
        if self.depth.shape != (runs, layers) or self.is_layer.shape != (runs, layers):
            raise InputError(f"{runs} runs of {layers} layers do not fit tokens of shapes {found}")
        if {len(self.layers), len(self.curves)} != {runs}:
            raise InputError(f"{runs} rows of features do not fit tokens of shapes {found}")
        named = (len(self.channels.layer), len(self.channels.curve))
        if named != (layer_channels, curve_channels):
            raise InputError(f"{named} names of channels do not fit tokens of shapes {found}")
        sizes = Sizes(
            layers, times, layer_channels, points, curve_channels, len(self.features.names), kinds
        )
        if times < LEAST_TIMES or points < LEAST_POINTS or 0 in vars(sizes).values():
            raise InputError(
                f"tokens of shapes {found} with {sizes.features} features are too few: needed are "
                f"{LEAST_TIMES} times, {LEAST_POINTS} points, and 1 of everything else"
            )
        return sizes


@dataclass(frozen=True)
class Labels:
    """What became of the runs; one entry a row of the inputs.

    Attributes:
        failed: (runs,), 1 failed, 0 healthy.
        kind: of failure; None of a healthy run, and where it is not known.
        weight: (runs,), at least 0; how much a row counts.
        group: the family of programs, never on both sides of a split.
    """

    failed: Floats
    kind: Sequence[str | None]
    weight: Floats
    group: Sequence[str]

    @property
    def kind_names(self) -> tuple[str, ...]:
        """The kinds of failure that occur, sorted."""
        pairs = zip(self.failed, self.kind, strict=True)
        return tuple(sorted({kind for failed, kind in pairs if failed == 1 and kind is not None}))

    def check(self, runs: int) -> None:
        """Check that a network can be trained on these.

        Raises:
            InputError: lengths differ, a label or weight is out of range, or a class is absent.
        """
        lengths = [len(self.failed), len(self.kind), len(self.weight), len(self.group)]
        if lengths != [runs] * 4:
            raise InputError(f"{runs} runs do not fit labels of lengths {lengths}")
        if not np.isin(self.failed, (0.0, 1.0)).all():
            raise InputError("failed must be 1 or 0 of every run; leave out runs that are neither")
        if not (np.isfinite(self.weight).all() and (self.weight >= 0).all()):
            raise InputError("a weight is negative or not finite; a row that shall not count has 0")
        if len(set(self.failed[self.weight > 0].tolist())) != 2:
            raise InputError(
                "a set network needs failed and healthy runs; label more with `insight label`"
            )
