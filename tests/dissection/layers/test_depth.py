"""The place of layers along the forward pass, from what was written of them."""

import pytest

from insight_lib.dissection.layers.depth import depths
from insight_lib.dissection.layers.source_series import SummarySeries
from insight_lib.dissection.layers.tag_conventions import TensorName
from insight_lib.dissection.summary_source import COMPACT, HISTOGRAM
from insight_lib.tracer.stats_format import LayerMeta


def series(layer, kind="weight", run_id="r", meta=None):
    source = HISTOGRAM if meta is None else COMPACT
    name = TensorName(layer, "weight", kind)
    return SummarySeries(run_id, ".", f"{layer}.weight", source, name, meta)


def order(*found):
    """Return the layers by their depth; they were written in the order in which they are given."""
    written = [("file", place, 0) for place in range(len(found))]
    places = depths(found, [True] * len(found), written)
    known = {one.name.layer: place for one, place in zip(found, places, strict=True)}
    assert sorted(known.values()) == list(range(len(known)))
    return sorted(known, key=known.get)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["stem", "body", "head"], ["stem", "body", "head"]),
        (["fc3", "fc2", "fc1"], ["fc1", "fc2", "fc3"]),
        (["l.10.a", "l.2.a", "l.1.a"], ["l.1.a", "l.2.a", "l.10.a"]),
        (["conv1", "fc1", "conv2"], ["conv1", "fc1", "conv2"]),
        (["b.10", "b.2", "z"], ["b.2", "b.10", "z"]),
    ],
    ids=["first write", "numbers", "numbers within", "mixed", "alphabet"],
)
def test_layers_are_in_the_order_of_their_numbers_or_of_the_first_write(written, expected):
    assert order(*map(series, written)) == expected


def test_weights_go_before_gradients_that_a_hook_saw_from_the_output_down():
    names = ("stem", "body", "head")
    gradients = [series(name, "gradient") for name in reversed(names)]
    assert order(*gradients, *map(series, names)) == list(names)


def test_each_run_has_an_order_and_what_a_tracer_stated_stays():
    meta = LayerMeta(7, "Dense", None, None, None)
    found = [series("a"), series("b"), series("b", run_id="s"), series("a", run_id="s")]
    found += [
        series("a", run_id="t", meta=meta),
        series("x", run_id="t"),
        series("one", run_id="u"),
    ]
    written = [("file", place, 0) for place in range(len(found))]
    assert depths(found, [True] * len(found), written) == [0, 1, 0, 1, 7, None, None]


def test_activations_alone_and_what_is_not_taken_have_no_depth():
    found = [series("a", "activation"), series("b", "activation"), series("c"), series("d")]
    written = [("file", place, 0) for place in range(4)]
    assert depths(found, [True, True, True, False], written) == [None] * 4
