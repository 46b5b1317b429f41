"""A softmax and its cross entropy over labels of which an example has several, or none.

Its twin keeps the sigmoids, under the metric that Keras takes for "accuracy", which means nothing.
"""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.compiling import ONE_HOT
from insight_lib.zoo.faults.fault import Change, Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    softmax = {"output": {"activation": "softmax"}}
    return replace(settings, layers=softmax, loss=ONE_HOT, metric="accuracy")


def _plain_accuracy(settings: Settings) -> Settings:
    return replace(settings, metric="accuracy")


FAULT = Fault(
    name="softmax_of_several",
    programs=("topic_labels",),
    expected=("output_loss_mismatch", "labels_outside_output"),
    fault_types=(FaultType.ACTIVATION, FaultType.LOSS),
    inject=_inject,
)
TWIN = Change(name="accuracy_of_several", programs=("topic_labels",), inject=_plain_accuracy)
