"""The model on model in TensorFlow: a set of layers over time, curves and features.

Trained with Keras, scored with numpy. ``keras_model`` gives the same model back to Keras; nothing
else here imports it.
"""

from insight_lib.risk.models.set_network.fit import fit_set_network
from insight_lib.risk.models.set_network.inputs import Channels, Labels, RunInputs
from insight_lib.risk.models.set_network.network import SetNetwork
from insight_lib.risk.models.set_network.storage import load_set_network, save_set_network

__all__ = [
    "Channels",
    "Labels",
    "RunInputs",
    "SetNetwork",
    "fit_set_network",
    "load_set_network",
    "save_set_network",
]
