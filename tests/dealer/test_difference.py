"""The laws of comparing runs, and what a person sees of their layers."""

import json
import math
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from insight_lib.dealer.difference import differing, field_rows
from insight_lib.dealer.fields import config_fields, layer_fields

NAME = st.sampled_from(("a", "b", "a.b", "layers", "name", "topology", "units"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats() | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAME, inner, max_size=3),
    max_leaves=12,
)
CONFIG = st.dictionaries(NAME, JSON, max_size=4)
LAYERS = st.lists(st.builds(lambda layer, name: layer | {"name": name}, CONFIG, NAME), max_size=3)
RUN = st.builds(lambda config, layers: config_fields(config) | layer_fields(layers), CONFIG, LAYERS)


def named(rows):
    return {row.field: row.values for row in rows}


@given(RUN, st.integers(1, 4))
def test_nothing_differs_between_runs_that_are_the_same(run, count):
    assert differing(field_rows([run] * count)) == ()


@given(st.lists(RUN, min_size=2, max_size=3))
def test_the_order_of_runs_changes_neither_the_fields_nor_whether_they_differ(runs):
    wanted = [(row.field, row.differs) for row in field_rows(runs)]
    for order in permutations(range(len(runs))):
        rows = field_rows([runs[at] for at in order])
        assert [(row.field, row.differs) for row in rows] == wanted


SIMPLE = st.dictionaries(NAME, st.integers(-2, 2) | st.text(max_size=1) | st.lists(st.integers()))


@given(SIMPLE, SIMPLE)
def test_what_differs_is_what_a_walk_over_both_finds(a, b):
    rows = field_rows([config_fields(a), config_fields(b)])
    aside = {"topology"}
    wanted = {
        (name, str(a.get(name)), str(b.get(name)), a.get(name) != b.get(name))
        for name in {*a, *b} - aside
    }
    assert {(row.field, *map(str, row.values), row.differs) for row in rows} == wanted


@given(JSON, JSON)
def test_any_json_has_fields_of_plain_values(config, layers):
    found = layer_fields(layers)
    if isinstance(config, dict):
        found = found | config_fields(config)
    for value in found.values():
        parts = value if isinstance(value, list) else [value]
        assert not any(isinstance(each, (dict, list)) for each in parts)
        assert value is not None


def test_json_nested_without_end_is_one_value():
    deep = json.loads("[" * 500 + "1" + "]" * 500)
    assert list(config_fields({"a": {"b": deep}})) == [("a", "b")]
    inner = {}
    for _ in range(500):
        inner = {"a": inner}
    assert len(config_fields(inner)) == 1


def test_a_layer_that_a_run_lacks_is_one_row_and_its_fields_are_compared_among_the_others():
    wide = layer_fields([{"name": "h", "type": "Dense", "units": 8, "activation": "relu"}])
    same = layer_fields([{"name": "h", "type": "Dense", "units": 8, "activation": "relu"}])
    narrow = layer_fields([{"name": "h", "type": "Dense", "units": 4, "activation": "relu"}])
    assert named(differing(field_rows([wide, {}]))) == {"layers.h": ("Dense 8 relu", None)}
    assert named(differing(field_rows([wide, same, {}]))) == {
        "layers.h": ("Dense 8 relu", "Dense 8 relu", None)
    }
    assert named(differing(field_rows([wide, narrow, {}]))) == {
        "layers.h": ("Dense 8 relu", "Dense 4 relu", None),
        "layers.h.units": (8, 4, None),
    }


def test_layers_whose_names_have_dots_are_not_mistaken_for_fields():
    one = layer_fields([{"name": "a.0", "type": "Linear"}, {"name": "a", "type": "Sequential"}])
    other = layer_fields([{"name": "a", "type": "Sequential"}])
    assert named(differing(field_rows([one, other]))) == {"layers.a.0": ("Linear", None)}


def test_a_configuration_of_somebodys_own_may_speak_of_layers_too():
    one, other = ({"layers": {"a": {"x": value}}} for value in (1, 2))
    rows = differing(field_rows([config_fields(one), config_fields(other)]))
    assert named(rows) == {"layers.a.x": (1, 2)}


def test_numbers_are_compared_as_numbers_and_truth_is_none():
    runs = [{("a",): 1, ("b",): math.nan, ("c",): 1}, {("a",): 1.0, ("b",): math.nan, ("c",): True}]
    assert [row.field for row in differing(field_rows(runs))] == ["c"]


def test_layers_come_last_in_the_order_of_their_numbers():
    layers = layer_fields([{"name": f"h_{at}"} for at in (10, 9, 1)])
    rows = field_rows([layers | config_fields({"seeds": {"run": 1}})])
    assert [row.field for row in rows] == ["seeds.run", "layers.h_1", "layers.h_9", "layers.h_10"]


def test_a_schedule_and_the_losses_of_several_outputs_are_flat():
    config = {
        "optimizer": {"name": "SGD", "learning_rate": {"schedule": "CosineDecay", "alpha": 0.0}},
        "loss": [{"name": "mean_squared_error"}, None],
        "metrics": ["accuracy", "auc"],
        "version": 1,
        "data": None,
    }
    assert {".".join(path): value for path, value in config_fields(config).items()} == {
        "optimizer.name": "SGD",
        "optimizer.learning_rate.schedule": "CosineDecay",
        "optimizer.learning_rate.alpha": 0.0,
        "loss.0.name": "mean_squared_error",
        "metrics": ["accuracy", "auc"],
    }
