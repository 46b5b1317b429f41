"""The catalogue on runs that nobody would think of."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight_lib.dissection.dissect import dissect, findings_table

numbers = st.one_of(
    st.floats(width=32),
    st.sampled_from([np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-300, 1e300, -1.0]),
)
sizes = st.one_of(st.floats(0, 1e30), st.sampled_from([0.0, np.inf]))
shares = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0]))


def lists(elements):
    return st.lists(elements, min_size=8, max_size=8)


SCALAR_NAMES = (
    "train:loss",
    "train:epoch_loss",
    "validation:epoch_loss",
    "train:epoch_accuracy",
    ".:train/grad_norm",
    "train:learning_rate",
    "train:step_time_s",
    "train:label/min",
    "train:label/max",
    "train:label/mean",
    "train:label/std",
    "train:label/classes",
    "train:label/rows",
    "train:label/largest_share",
    ".:rollout/ep_rew_mean",
    ".:eval/mean_reward",
    ".:train/value_loss",
    ".:train/entropy_loss",
    ".:train/approx_kl",
    ".:train/explained_variance",
    "train:input/x/largest_feature_scale",
    "train:input/x/constant_features",
    "train:input/x/features",
    "train:input/x/nonfinite",
    "train:input/y/strange",
    ".:слой/потеря",
)
LOSSES = ("mean_squared_error", "binary_crossentropy", "sparse_categorical_crossentropy", "own")
TOPOLOGY = [
    {"name": "a", "type": "Dense", "activation": "softmax", "output_shape": [None, 1]},
    {"name": "b", "type": "Flatten", "output_shape": 3, "inputs": ["b"]},
    {"name": "c", "type": "Dense", "inputs": ["b"]},
    {"name": "d", "type": "Dense", "inputs": ["c"]},
    {"name": 3, "type": 3, "parameters": "many", "trainable": True, "regularizers": 3},
]
tensors = st.fixed_dictionaries(
    {
        "layer": st.sampled_from(["a", "b/c", "слой"]),
        "depth": st.integers(0, 3),
        "kind": st.sampled_from(["weight", "gradient", "update", "activation"]),
        "activation": st.sampled_from([None, "relu", "tanh"]),
        "l2": lists(sizes),
        "update_ratio": lists(sizes),
        "dead_fraction": lists(shares),
        "zero_fraction": lists(shares),
        "nan_fraction": lists(shares),
        "inf_fraction": lists(shares),
    }
)
runs = st.fixed_dictionaries(
    {
        "scalars": st.dictionaries(st.sampled_from(SCALAR_NAMES), lists(numbers)),
        "layers": st.lists(
            tensors, max_size=4, unique_by=lambda tensor: (tensor["layer"], tensor["kind"])
        ),
    },
    optional={
        "config": st.fixed_dictionaries(
            {
                "data": st.sampled_from(
                    [None, 3, {}, {"class_balance": {"a": 0.5, "b": 0.5}}, {"rows": 1}]
                ),
                "loss": st.sampled_from(
                    [None, 3, [], {}, *({"name": name} for name in LOSSES), {"name": None}]
                ),
                "metrics": st.sampled_from([None, 3, [], ["accuracy", 3]]),
                "outputs": st.sampled_from([None, 3, [], ["a"], ["b"], [None], [{}], ["a", "b"]]),
                "topology": st.sampled_from([None, 3, [3], TOPOLOGY]),
            }
        )
    },
)


@pytest.mark.filterwarnings("error")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=runs)
def test_whatever_a_run_holds_the_catalogue_answers_with_findings_that_can_be_stored(
    case, make_view
):
    table = findings_table(dissect([make_view(case)]))
    assert table["title"].null_count == 0
    for evidence in table["evidence"].to_pylist():
        assert isinstance(json.loads(evidence), dict)
