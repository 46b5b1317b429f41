"""A trained set network: scores with numpy alone."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.errors import InputError
from insight_lib.risk.models.set_network.forward import forward, kind_probabilities
from insight_lib.risk.models.set_network.inputs import Channels, RunInputs
from insight_lib.risk.models.set_network.layout import Parameters, Sizes
from insight_lib.risk.models.set_network.scaling import Scaling


@dataclass(frozen=True)
class SetNetwork:
    """An ensemble of small networks over the layers, curves and features of a run.

    Attributes:
        sizes: of inputs and outputs.
        feature_names: of the features, in order.
        channels: names of the channels of the tokens.
        kind_names: kinds of failure, in the order of ``kinds``.
        scaling: of the inputs.
        members: parameters of each network.
    """

    sizes: Sizes
    feature_names: tuple[str, ...]
    channels: Channels
    kind_names: tuple[str, ...]
    scaling: Scaling
    members: tuple[Parameters, ...]

    def log_odds(self, inputs: RunInputs) -> Floats:
        """Return the natural log-odds of failure, the mean of the members'; shape (runs,).

        Raises:
            InputError: features or tokens are not those that the network was trained on.
        """
        self._check(inputs)
        scaled = self.scaling.apply(inputs)
        said = [forward(member, scaled)[0] for member in self.members]
        return np.asarray(np.mean(said, axis=0))

    def kinds(self, inputs: RunInputs) -> Floats:
        """Return the probability of each kind, should a run fail; (runs, kinds), rows sum to 1.

        There are no columns where no kind was known in training.

        Raises:
            InputError: features or tokens are not those that the network was trained on.
        """
        self._check(inputs)
        scaled = self.scaling.apply(inputs)
        said = [kind_probabilities(forward(member, scaled)[1]) for member in self.members]
        return np.asarray(np.mean(said, axis=0))[:, : len(self.kind_names)]

    def _check(self, inputs: RunInputs) -> None:
        if inputs.features.names != self.feature_names:
            differing = sorted(set(inputs.features.names) ^ set(self.feature_names))
            raise InputError(
                f"the features are not those of the set network, in order; {len(differing)} differ "
                f"({', '.join(differing[:5])}); give all of them, or train again"
            )
        if inputs.channels != self.channels:
            raise InputError(
                f"the channels of the tokens, {inputs.channels}, are not those of the set network, "
                f"{self.channels}; train again with `insight risk train`"
            )
        found = inputs.sizes(self.sizes.kinds)
        if found != self.sizes:
            raise InputError(
                f"the tokens have sizes {found}, the set network needs {self.sizes}; "
                "train again with `insight risk train`"
            )
