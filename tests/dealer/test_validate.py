"""Fitting never fails on any JSON, and what is taken is exactly what was given."""

import json
import math
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.dealer import parse
from insight_lib.dealer.config import (
    CodeVersion,
    DataDescription,
    Host,
    LayerConfig,
    RunConfig,
)
from insight_lib.dealer.layout import layout
from insight_lib.dealer.validate import fit

TEXT = st.text(max_size=5)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)
SHAPE = st.lists(st.none() | st.integers(), max_size=3).map(tuple)
NAMED = st.builds(lambda name, more: more | {"name": name}, TEXT, st.dictionaries(TEXT, JSON))


def mapped(values):
    return st.dictionaries(TEXT, values, max_size=3)


def listed(values):
    return st.lists(values, max_size=3).map(tuple)


LAYER = st.builds(
    LayerConfig,
    name=TEXT,
    type=TEXT,
    activation=st.none() | TEXT,
    parameters=st.none() | st.integers(),
    trainable=st.booleans(),
    output_shape=st.none() | SHAPE,
    units=st.none() | st.integers(),
    filters=st.none() | st.integers(),
    weights=mapped(SHAPE),
    initializers=mapped(NAMED),
    regularizers=mapped(NAMED),
    inputs=st.none() | listed(TEXT),
    settings=mapped(JSON),
)
CONFIG = st.builds(
    RunConfig,
    version=st.just(1),
    program=TEXT,
    hparams=mapped(TEXT | NUMBER | st.integers() | st.booleans()),
    optimizer=st.none() | NAMED,
    loss=st.none() | NAMED | listed(st.none() | NAMED),
    metrics=listed(TEXT),
    topology=listed(LAYER),
    inputs=st.none() | mapped(st.none() | SHAPE),
    outputs=st.none() | listed(st.none() | TEXT),
    data=st.none() | st.builds(DataDescription, rows=st.none() | st.integers()),
    seeds=mapped(st.integers()),
    code=st.none() | st.builds(CodeVersion, revision=TEXT, dirty=st.none() | st.booleans()),
    host=st.builds(
        Host,
        platform=TEXT,
        cpus=st.none() | st.integers(),
        memory=st.none() | st.integers(),
        accelerators=listed(TEXT),
        intra_op_threads=st.integers(),
        inter_op_threads=st.integers(),
    ),
    packages=mapped(TEXT),
    python=TEXT,
)


def told(config):
    """As JSON tells it: lists for tuples."""
    return json.loads(json.dumps(asdict(config)))


@given(CONFIG)
def test_every_configuration_comes_back_from_its_text(config):
    assert parse(layout(asdict(config)), "here") == config


@given(JSON)
def test_any_json_fits_or_is_named(document):
    problems = []
    fit(document, RunConfig, "", problems)
    assert problems


@pytest.mark.slow
@given(CONFIG, st.data())
def test_any_json_in_any_field_is_accepted_or_named(config, data):
    document = told(config)
    field = data.draw(st.sampled_from(sorted(document)))
    document[field] = data.draw(JSON)
    problems = []
    found = fit(document, RunConfig, "", problems)
    assert all(problem.startswith(field) for problem in problems)
    assert problems or told(found) == document


def test_a_thing_without_its_name_is_named():
    problems = []
    fit({"momentum": 1}, RunConfig.__annotations__["optimizer"], "optimizer", problems)
    assert problems == ["optimizer.name is missing"]
    problems.clear()
    fit([{"name": 3}], RunConfig.__annotations__["loss"], "loss", problems)
    assert problems == ["loss[0].name should be a string, not 3"]


@given(JSON, st.integers(0, 30), st.integers(0, 30))
def test_the_layout_is_the_same_json(document, indent, used):
    text = layout(document, indent, used)
    assert json.loads(text) == document
    short = json.dumps(document)
    assert ("\n" in text) <= (indent + used + len(short) > 100)


def test_what_is_not_finite_has_no_layout():
    with pytest.raises(ValueError, match="JSON"):
        layout([math.nan])
