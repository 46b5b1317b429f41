"""Snapshots against numpy, from messages that protobuf itself serialised."""

import numpy as np
import pytest
import tensorflow as tf

from insight_lib.compile_kernels import compile_all
from insight_lib.dissection.layers.layer_statistics import layer_statistics
from insight_lib.dissection.layers.measure import measure_artifacts
from insight_lib.dissection.layers.snapshot import read_snapshot
from tests.dissection.messages import META, artifact, message, written

TAG = "dense/kernel/weight/snapshot"


def statistics_of(*rows):
    return layer_statistics([measure_artifacts(written("artifacts", *rows))])


def of_tensor(tensor, tag=TAG, meta=META):
    (found,) = statistics_of(artifact(message(tag, tensor, meta))).rows.to_pylist()
    return found


@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16, tf.float32, tf.float64])
@pytest.mark.parametrize("shape", [(), (5,), (3, 4), (3, 3, 2, 5)])
def test_a_snapshot_is_the_tensor_that_was_written(dtype, shape):
    tensor = tf.cast(np.random.default_rng(1).normal(size=shape), dtype)
    value = message(TAG, np.zeros(1))
    value.tensor.ParseFromString(tf.make_tensor_proto(tensor.numpy(), dtype).SerializeToString())
    found = read_snapshot(value.SerializeToString())
    assert found.reason is None
    np.testing.assert_array_equal(found.tensor, tf.cast(tensor, tf.float64).numpy(), strict=True)


def test_its_statistics_are_those_that_numpy_computes_of_the_tensor():
    tensor = np.random.default_rng(2).normal(1.0, 3.0, (30, 20))
    tensor[0, :6], tensor[1, :4], tensor[2, :2] = 0.0, np.nan, np.inf
    finite = tensor[np.isfinite(tensor)]
    found = of_tensor(tensor)
    expected = {
        "mean": finite.mean(),
        "std": finite.std(),
        "min": finite.min(),
        "max": finite.max(),
        "l1": np.abs(finite).sum(),
        "l2": np.linalg.norm(finite),
        "zero_fraction": 0.01,
        "nan_fraction": 4 / 600,
        "inf_fraction": 2 / 600,
        "positive_fraction": (finite > 0).mean(),
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert found["quantiles"] == pytest.approx(
        np.quantile(finite, (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99))
    )
    assert (found["source"], found["count"], found["shape"]) == ("snapshot", 600, [30, 20])
    assert found["spectral_norm"] is found["effective_rank"] is None  # not every one is finite


def test_a_matrix_has_a_spectral_norm_and_an_effective_rank():
    tensor = np.random.default_rng(3).normal(size=(12, 7))
    found = of_tensor(tensor)
    assert found["spectral_norm"] == pytest.approx(np.linalg.norm(tensor, 2))
    assert 1 < found["effective_rank"] <= 7
    assert found["smoothness"] is None


def test_only_the_kernel_of_a_convolution_has_a_smoothness():
    kernel = np.random.default_rng(4).normal(size=(3, 3, 2, 4))
    assert of_tensor(kernel)["smoothness"] is None
    found = of_tensor(kernel, meta=META | {"layer_type": "Conv2D"})
    assert -1 <= found["smoothness"] <= 1


def test_of_an_activation_dead_and_constant_units_are_counted_and_the_examples_left_out():
    output = np.random.default_rng(5).normal(size=(6, 4))
    output[:, 0], output[:, 1] = 0.0, 3.0
    found = of_tensor(output, "dense/output/activation/snapshot")
    assert (found["dead_fraction"], found["constant_fraction"]) == (0.25, 0.5)
    assert found["shape"] == [4]
    assert found["spectral_norm"] is None


def test_a_unit_of_a_convolution_is_constant_where_every_example_has_it_alike_at_each_position():
    output = np.random.default_rng(8).normal(size=(6, 3, 3, 4))
    output[..., 0] = output[0, ..., 0]
    output[..., 1] = 3.0
    found = of_tensor(output, "conv/output/activation/snapshot")
    assert (found["dead_fraction"], found["constant_fraction"]) == (0.0, 0.5)


@pytest.mark.parametrize("shape", [(6, 0), (0, 4)])
def test_of_an_activation_without_elements_no_unit_is_dead_or_constant(shape):
    found = of_tensor(np.empty(shape), "dense/output/activation/snapshot")
    assert (found["count"], found["shape"]) == (0, [shape[1]])
    assert found["dead_fraction"] is found["constant_fraction"] is None


def test_a_compact_summary_is_used_with_the_singular_values_of_the_snapshot():
    tensor = np.random.default_rng(6).normal(size=(4, 5))
    numbers = np.full(27, np.nan)
    numbers[:12] = [20, 9.0, 1.0, -1, 1, 1, 1, 0, 0, 0, np.nan, np.nan]
    stats = message("dense/kernel/weight/stats", numbers)
    rows = [
        artifact(stats, 0),
        artifact(message(TAG, tensor), 0),
        artifact(message(TAG, tensor), 7),
    ]
    first, second = statistics_of(*rows).rows.to_pylist()
    assert (first["source"], first["step"], first["mean"]) == ("deepinsight", 0, 9.0)
    assert first["spectral_norm"] == pytest.approx(np.linalg.norm(tensor, 2))
    assert (second["source"], second["step"]) == ("snapshot", 7)
    assert second["mean"] == pytest.approx(tensor.mean())


def test_a_tensor_without_elements_has_no_statistics_but_its_count():
    found = of_tensor(np.empty((0, 3)))
    assert (found["count"], found["mean"], found["spectral_norm"]) == (0, None, None)


def cut_short():
    value = message(TAG, np.zeros((4, 4)))
    value.tensor.tensor_content = value.tensor.tensor_content[:-8]
    return value.SerializeToString()


def of_immense_shape():
    value = message(TAG, np.zeros((4, 4)))
    value.tensor.tensor_shape.dim[0].size = 2**28
    return value.SerializeToString()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "metadata"),
        (message(TAG, np.zeros(3), None).SerializeToString(), "metadata"),
        (message(TAG, np.zeros(3), META | {"version": 3}).SerializeToString(), "version"),
        (message(TAG, np.zeros(3, np.int32)).SerializeToString(), "floating"),
        (message(TAG, np.array([b"text"])).SerializeToString(), "numbers"),
        (cut_short(), "store"),
        (of_immense_shape(), "store"),
    ],
)
def test_what_is_no_snapshot_is_rejected_with_its_reason(data, reason):
    good = artifact(message("good/kernel/weight/snapshot", np.ones(2)))
    found = statistics_of(artifact(data, 7), good)
    assert found.rows["layer"].to_pylist() == ["good"]
    (rejected,) = found.rejected.to_pylist()
    assert (rejected["tag"], rejected["step"]) == (TAG, 7)
    assert reason in rejected["reason"]


def test_damage_at_any_byte_costs_at_most_its_own_snapshot():
    data = message(TAG, np.ones((2, 2))).SerializeToString()
    rng = np.random.default_rng(7)
    rows = []
    for place in range(len(data)):
        damaged = bytearray(data)
        damaged[place] = rng.integers(256)
        rows.append(artifact(bytes(damaged), tag=f"l{place}/kernel/weight/snapshot"))
    found = statistics_of(*rows)
    assert found.rows.num_rows + found.rejected.num_rows == len(data)


def test_compiling_ahead_changes_nothing():
    compile_all()
    assert of_tensor(np.ones(3))["count"] == 3
