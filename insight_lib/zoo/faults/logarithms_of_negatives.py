"""A squared error of logarithms of quantities that are negative as well, which it takes for zero.

Its twin is another loss of a strict domain, used as it should be: a hinge of labels -1 and 1.
"""

from dataclasses import replace

from insight_lib.fault_types import FaultType
from insight_lib.zoo.faults import minus_one_labels
from insight_lib.zoo.faults.fault import Change, Fault
from insight_lib.zoo.settings import Settings


def _inject(settings: Settings) -> Settings:
    return replace(settings, loss="mean_squared_logarithmic_error")


def _hinge(settings: Settings) -> Settings:
    tanh = {"output": {"activation": "tanh"}}
    return replace(settings, loss="hinge", metric="mean_absolute_error", layers=tanh)


FAULT = Fault(
    name="logarithms_of_negatives",
    programs=("swiss_roll_regression", "wave_period", "diabetes_regression"),
    expected=("labels_outside_output",),
    fault_types=(FaultType.LOSS,),
    inject=_inject,
)
TWIN = Change(
    name="hinge_of_minus_one_and_one",
    programs=("breast_cancer_mlp", "fraud_table"),
    inject=_hinge,
    spoil=minus_one_labels.FAULT.spoil,
)
