"""Which layer an extreme over layers is of."""

import pytest

from insight_lib.risk.features.catalogue import FEATURES, features_of
from insight_lib.risk.features.feature import Seen
from insight_lib.risk.features.measures import greatest
from insight_lib.risk.features.quantity import OverLayers, least, least_to_middle
from insight_lib.risk.features.which_layer import layers_of
from tests.risk.features.traced import layer, run_of

STEPS = [*range(12), 20, 40, 80, 160]
EXTREMES = [
    one
    for one in FEATURES
    if isinstance(one.compute, OverLayers)
    and one.compute.over in (least, least_to_middle, greatest)
    # What a model puts out is of its outputs, whatever these are called.
    and not one.name.startswith("output_")
]


def three(**of_each):
    """Return what is seen of three layers; an argument is the value of each."""
    parts = [
        part
        for place, name in enumerate(("low", "middle", "high"))
        for part in layer(
            name,
            place,
            steps=STEPS,
            seed=place,
            **{key: values[place] for key, values in of_each.items()},
        )
    ]
    return Seen(run_of(*parts))


def test_the_layer_with_the_least_and_the_one_with_most_are_named():
    seen = three(update=[1e-3, 1e-6, 1e-1], gradient=[1.0, 1.0, 1e-4], distance=[0.5, 0.1, 0.2])
    found = layers_of(seen)
    assert found["update_ratio_least"] == "middle"
    assert found["update_ratio_greatest"] == "high"
    assert found["gradient_weakest"] == "high"
    assert found["weight_distance_greatest"] == "low"
    assert found["weight_distance_least"] == "middle"


def test_what_sums_up_all_layers_is_of_none():
    found = layers_of(three(update=[1e-3, 1e-6, 1e-1]))
    assert not {"update_ratio_median", "update_ratio_spread", "gradient_growth"} & set(found)


def test_where_all_layers_have_the_same_none_stands_out():
    assert "dead_share_greatest" not in layers_of(three())


def test_only_features_that_are_known_have_a_layer():
    seen = three()
    assert layers_of(seen).keys() <= features_of(seen).keys()


def test_a_run_without_layers_names_none():
    assert layers_of(Seen(run_of(scalars={("train", "loss"): [(0, 1.0), (1, 0.5)]}))) == {}


@pytest.mark.parametrize("feature", EXTREMES, ids=lambda one: one.name)
def test_the_words_of_every_extreme_have_a_place_for_its_layer(feature):
    assert feature.say.count("<") == feature.say.count(">") == 1
