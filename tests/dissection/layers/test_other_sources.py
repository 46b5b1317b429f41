"""Layer statistics of runs that TensorTracer did not trace, and which source is taken."""

import numpy as np
import pytest

from insight_lib.dissection.layers.layer_statistics import layer_statistics
from insight_lib.dissection.layers.measure import (
    measure_artifacts,
    measure_histograms,
    measure_scalars,
)
from insight_lib.dissection.run.gradients import gradients_of
from insight_lib.dissection.run.view import run_views
from insight_lib.lake.contract import contract
from tests.dissection.messages import artifact, histogram, message, written

RNG = np.random.default_rng(1)


def statistics_of(artifacts=(), histograms=(), scalars=()):
    return layer_statistics(
        [
            measure_artifacts(written("artifacts", *artifacts)),
            measure_histograms(written("histograms", *histograms)),
            measure_scalars(written("scalars", *scalars)),
        ]
    )


def compact(tag, step=0, **changes):
    numbers = np.full(27, np.nan)
    numbers[:10] = [4, 1.0, 0.0, 1, 1, 4, 2.0, 0, 0, 0]
    return artifact(message(tag, numbers), step, **changes)


def told(found, *names):
    return [tuple(row[name] for name in names) for row in found.rows.to_pylist()]


def test_weights_gradients_and_activations_of_others_have_statistics():
    drawn = {kind: RNG.normal(size=500) for kind in ("weight", "gradient", "activation")}
    found = statistics_of(
        histograms=[
            histogram("fc1.weight", drawn["weight"]),
            histogram("gradients/fc1.weight", drawn["gradient"]),
            histogram("fc1/activations", drawn["activation"]),
            histogram("episode_reward", np.ones(3)),
        ]
    )
    rows = {row["kind"]: row for row in found.rows.to_pylist()}
    assert rows.keys() == drawn.keys()
    for kind, row in rows.items():
        assert (row["layer"], row["source"], row["count"]) == ("fc1", "histogram", 500)
        assert row["l2"] == pytest.approx(np.linalg.norm(drawn[kind]), rel=0.05)
        assert row["depth"] is row["layer_type"] is row["nan_fraction"] is None
        assert row["gradient_ratio_to_top"] is row["change_since_start"] is None


def test_of_a_logged_norm_nothing_but_the_norm_is_known():
    found = statistics_of(scalars=[{"tag": "grad_2.0_norm/fc1.weight", "step": 3, "value": 0.5}])
    (row,) = found.rows.to_pylist()
    known = {name: value for name, value in row.items() if value is not None}
    quantiles = known.pop("quantiles")
    assert np.isnan(quantiles).all()
    assert known == {
        "run_id": "r",
        "layer": "fc1",
        "tensor": "weight",
        "kind": "gradient",
        "step": 3,
        "l2": 0.5,
        "source": "scalar",
    }


@pytest.mark.parametrize(("value", "l2"), [(np.nan, None), (np.inf, np.inf), (-1.0, None)])
def test_a_norm_that_is_no_number_is_undefined_and_an_infinite_one_is_kept(value, l2):
    found = statistics_of(scalars=[{"tag": "grad_norm/fc1.weight", "step": 0, "value": value}])
    assert found.rows["l2"].to_pylist() == [l2]


def test_a_tensor_has_the_rows_of_its_best_source_and_of_no_other():
    drawn = RNG.normal(size=9)
    found = statistics_of(
        artifacts=[compact("a/kernel/weight/stats", step) for step in (0, 100)],
        histograms=[
            *(histogram("a/kernel/histogram", drawn, epoch) for epoch in (0, 1, 2)),
            *(histogram("b/kernel/histogram", drawn, epoch) for epoch in (0, 1)),
        ],
        scalars=[
            {"tag": "weight_norm/b.kernel", "step": 0, "value": 1.0},
            {"tag": "weight_norm/c.kernel", "step": 5, "value": 1.0},
        ],
    )
    assert told(found, "layer", "step", "source") == [
        ("a", 0, "deepinsight"),
        ("a", 100, "deepinsight"),
        ("b", 0, "histogram"),
        ("b", 1, "histogram"),
        ("c", 5, "scalar"),
    ]


def test_the_training_stream_wins_where_two_name_one_tensor():
    histograms = [
        histogram("fc/activations", np.full(3, size), stream=stream)
        for stream, size in (("validation", 1.0), ("train", 2.0), (".", 3.0))
    ]
    found = statistics_of(histograms=histograms)
    assert [round(mean) for (mean,) in told(found, "mean")] == [2]


def test_one_of_two_tags_of_a_tensor_is_used_at_all_steps():
    histograms = [
        histogram(tag, np.full(3, size), step)
        for step in (0, 1)
        for tag, size in (("conv/weights_1", 1.0), ("conv/weights", 2.0))
    ]
    found = statistics_of(histograms=histograms)
    assert [round(mean) for (mean,) in told(found, "mean")] == [2, 2]


def test_runs_do_not_decide_for_each_other():
    found = statistics_of(
        artifacts=[compact("a/kernel/weight/stats", run_id="traced")],
        histograms=[histogram("a/kernel", np.ones(3), run_id="plain")],
    )
    assert told(found, "run_id", "source") == [("plain", "histogram"), ("traced", "deepinsight")]


def test_what_a_restart_superseded_does_not_count():
    steps = (0, 1, 2, 1)
    histograms = [histogram("a/kernel", np.full(3, place), s) for place, s in enumerate(steps)]
    found = told(statistics_of(histograms=histograms), "step", "mean")
    assert [(step, round(mean)) for step, mean in found] == [(0, 0), (1, 3)]


def test_a_histogram_supersedes_no_norm_that_was_written_under_its_tag():
    tag = "weight_norm/fc1.weight"
    found = statistics_of(
        histograms=[histogram(tag, np.ones(3), step, file_id="g") for step in (0, 1)],
        scalars=[{"tag": tag, "step": step, "value": 2.0} for step in (0, 1)],
    )
    assert told(found, "layer", "step", "source") == [
        ("fc1", 0, "scalar"),
        ("fc1", 1, "scalar"),
        ("weight_norm/fc1", 0, "histogram"),
        ("weight_norm/fc1", 1, "histogram"),
    ]


def test_a_histogram_that_makes_no_sense_is_rejected_with_its_reason():
    bad = histogram("a/kernel", np.ones(3), 4) | {"counts": [-1.0] * 20}
    found = statistics_of(histograms=[bad, histogram("b/kernel", np.ones(3))])
    assert found.rows["layer"].to_pylist() == ["b"]
    assert found.rejected.to_pylist() == [
        {
            "run_id": "r",
            "stream": "train",
            "tag": "a/kernel",
            "step": 4,
            "reason": "its buckets have no edges in order, or its counts are no counts",
        }
    ]


def test_a_histogram_that_has_no_sibling_is_neither_taken_nor_rejected():
    bad = histogram("W", np.ones(3)) | {"counts": [-1.0] * 20}
    pair = [histogram("fc1/W:0", np.ones(3)), histogram("fc1/b:0", np.ones(3))]
    found = statistics_of(histograms=[bad, *pair])
    assert told(found, "layer", "tensor") == [("fc1", "W"), ("fc1", "b")]
    assert found.rejected.num_rows == 0


def test_nothing_gives_nothing_and_keeps_the_contracts():
    found = statistics_of()
    assert found.rows.schema == contract("layer_stats").schema
    assert found.rejected.schema == contract("rejected_summaries").schema
    assert found.rows.num_rows == found.rejected.num_rows == 0


def test_a_view_shows_what_is_not_known_as_nan():
    found = statistics_of(
        histograms=[histogram("слой/kernel_0", np.ones(3))],
        scalars=[{"tag": "grad_norm/fc1.weight", "step": 0, "value": 2.0}],
    )
    (view,) = run_views(contract("scalars").empty(), found.rows, {})
    gradient = view.layers["fc1", "weight", "gradient"]
    assert gradient["l2"].tolist() == [2.0]
    assert all(np.isnan(gradient[name]).all() for name in ("count", "l1", "zero_fraction", "q50"))
    weight = view.layers["слой", "kernel", "weight"]
    assert weight["count"].tolist() == [3.0]
    assert weight.depth is weight.shape is None


def test_where_a_layers_logged_norm_is_nan_the_gradient_of_the_run_is_unknown_not_small():
    norms = {"fc1": (3.0, np.nan), "fc2": (4.0, 4.0)}
    scalars = [
        {"tag": f"grad_norm/{layer}.weight", "step": step, "value": value}
        for layer, values in norms.items()
        for step, value in enumerate(values)
    ]
    rows = statistics_of(scalars=scalars).rows
    (view,) = run_views(contract("scalars").empty(), rows, {})
    np.testing.assert_array_equal(gradients_of(view).total, [5.0, np.nan])
