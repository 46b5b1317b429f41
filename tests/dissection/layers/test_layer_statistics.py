"""Layer statistics against numpy, from messages that protobuf itself serialised."""

import json

import numpy as np
import pytest
from tensorboard.compat.proto import summary_pb2, types_pb2

from insight_lib.compile_kernels import compile_all
from insight_lib.dissection.layers.layer_statistics import layer_statistics
from insight_lib.dissection.layers.measure import measure_artifacts
from insight_lib.lake.contract import contract
from tests.dissection.messages import META, written

RANKS = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
NAN = float("nan")


def numbers_of(tensor, units=NAN, dead=NAN, saturated=NAN):
    """The 27 numbers of the format, by its words."""
    finite = tensor[np.isfinite(tensor)].astype(np.float64)
    head = [tensor.size, NAN, 0.0, NAN, NAN, 0.0, 0.0]
    quantiles = [NAN] * 7
    if finite.size:
        m2 = ((finite - finite.mean()) ** 2).sum()
        head = [tensor.size, finite.mean(), m2, finite.min(), finite.max()]
        head += [np.abs(finite).sum(), np.sqrt((finite**2).sum())]
        quantiles = np.quantile(finite, RANKS).tolist()
    counts = [(finite == 0).sum(), np.isnan(tensor).sum(), np.isinf(tensor).sum()]
    later = [(finite > 0).sum(), *[NAN] * 6]
    return np.array([*head, *counts, units, dead, saturated, *later, *quantiles], np.float64)


def payload(numbers, meta=META, tag="dense/kernel/weight/stats", *, listed=False):
    value = summary_pb2.Summary.Value(tag=tag)
    if meta is not None:
        value.metadata.plugin_data.plugin_name = "deepinsight"
        value.metadata.plugin_data.content = json.dumps(meta).encode()
    value.tensor.dtype = types_pb2.DT_DOUBLE
    value.tensor.tensor_shape.dim.add(size=len(numbers))
    if listed:
        value.tensor.double_val.extend(numbers)
    else:
        value.tensor.tensor_content = np.asarray(numbers, "<f8").tobytes()
    return value.SerializeToString()


def row(data, step=0, tag="dense/kernel/weight/stats", **changes):
    base = {"run_id": "r", "stream": "train", "plugin": "deepinsight"}
    return base | {"tag": tag, "step": step, "payload": data} | changes


def statistics_of(*rows):
    return layer_statistics([measure_artifacts(written("artifacts", *rows))])


@pytest.mark.parametrize("listed", [False, True], ids=["raw bytes", "listed numbers"])
def test_the_statistics_equal_those_that_numpy_computes_of_the_tensor(listed):
    tensor = np.random.default_rng(1).normal(2.0, 3.0, (40, 25)).astype(np.float32)
    tensor[0, :7], tensor[1, :3], tensor[2, :2] = 0.0, np.nan, -np.inf
    finite = tensor[np.isfinite(tensor)].astype(np.float64)
    result = statistics_of(row(payload(numbers_of(tensor), listed=listed)))
    (found,) = result.rows.to_pylist()
    assert result.rejected.num_rows == 0
    assert found["count"] == 1000
    for name, expected in {
        "mean": finite.mean(),
        "std": finite.std(),
        "min": finite.min(),
        "max": finite.max(),
        "l1": np.abs(finite).sum(),
        "l2": np.linalg.norm(finite),
        "zero_fraction": 0.007,
        "nan_fraction": 0.003,
        "inf_fraction": 0.002,
        "positive_fraction": (finite > 0).mean(),
    }.items():
        assert found[name] == pytest.approx(expected, rel=1e-12)
    assert found["quantiles"] == pytest.approx(np.quantile(finite, RANKS))
    assert (found["layer"], found["tensor"], found["kind"]) == ("dense", "kernel", "weight")
    assert (found["depth"], found["layer_type"], found["activation"]) == (3, "Dense", "relu")
    assert found["dead_fraction"] is found["saturated_fraction"] is found["update_ratio"] is None
    assert found["source"] == "deepinsight"


def test_rows_keep_the_contract_of_their_table():
    rows = statistics_of(row(payload(numbers_of(np.ones(3))))).rows
    assert rows.schema == contract("layer_stats").schema


def test_of_an_activation_the_shares_of_dead_units_and_saturated_outputs_are_given():
    numbers = numbers_of(np.array([0.0, 1.0, np.nan, 0.5]), units=8.0, dead=2.0, saturated=1.0)
    tag = "block/dense_1/output/activation/stats"
    (found,) = statistics_of(row(payload(numbers, tag=tag), tag=tag)).rows.to_pylist()
    assert found["layer"] == "block/dense_1"
    assert found["dead_fraction"] == 0.25
    assert found["saturated_fraction"] == pytest.approx(1 / 3)


def test_of_a_tensor_without_finite_elements_what_is_undefined_is_null():
    (found,) = statistics_of(row(payload(numbers_of(np.full(4, np.nan))))).rows.to_pylist()
    assert [found[name] for name in ("mean", "std", "min", "max")] == [None] * 4
    assert (found["l1"], found["l2"], found["nan_fraction"]) == (0.0, 0.0, 1.0)


def test_an_empty_tensor_has_no_shares():
    (found,) = statistics_of(row(payload(numbers_of(np.empty(0))))).rows.to_pylist()
    assert found["count"] == 0
    assert found["zero_fraction"] is found["nan_fraction"] is found["inf_fraction"] is None


def test_the_update_ratio_is_that_of_the_same_run_layer_tensor_and_step():
    rng = np.random.default_rng(2)
    tensors, rows = {}, []
    for run in ("r", "s"):
        for layer in ("a", "b"):
            for tensor in ("kernel", "bias"):
                for kind in ("update", "weight", "gradient"):
                    for step in (0, 1, 5):
                        tag = f"{layer}/{tensor}/{kind}/stats"
                        drawn = rng.normal(size=9)
                        tensors[run, layer, tensor, kind, step] = drawn
                        data = payload(numbers_of(drawn), tag=tag)
                        rows.append(row(data, step, tag, run_id=run))
    shuffled = [rows[place] for place in rng.permutation(len(rows))]
    shuffled.sort(key=lambda written: written["step"])
    for found in statistics_of(*shuffled).rows.to_pylist():
        key = (found["run_id"], found["layer"], found["tensor"])
        if found["kind"] != "update":
            assert found["update_ratio"] is None
            continue
        update, weight = (tensors[*key, kind, found["step"]] for kind in ("update", "weight"))
        ratio = np.linalg.norm(update) / np.linalg.norm(weight)
        assert found["update_ratio"] == pytest.approx(ratio)


def test_the_update_ratio_of_a_weight_of_zeros_or_unknown_is_null():
    update = row(payload(numbers_of(np.ones(2))), 0, "a/bias/update/stats")
    weight = row(payload(numbers_of(np.zeros(2))), 0, "a/bias/weight/stats")
    later = row(payload(numbers_of(np.ones(2))), 1, "a/bias/update/stats")
    rows = statistics_of(update, weight, later).rows.to_pylist()
    assert [found["update_ratio"] for found in rows] == [None, None, None]


def test_metadata_of_the_first_summary_of_a_series_holds_for_all_of_it():
    rows = [
        row(payload(numbers_of(np.ones(2)), META if step == 0 else None), step) for step in (0, 1)
    ]
    assert statistics_of(*rows).rows["depth"].to_pylist() == [3, 3]


def test_the_later_of_two_summaries_of_one_step_wins():
    first, second = (row(payload(numbers_of(np.full(2, size)))) for size in (1.0, 7.0))
    assert statistics_of(first, second).rows["mean"].to_pylist() == [7.0]


def test_other_plugins_are_no_concern_of_layer_statistics():
    result = statistics_of(row(b"whatever", plugin="text"), row(b"", plugin="image"))
    assert (result.rows.num_rows, result.rejected.num_rows) == (0, 0)


def changed_dtype():
    value = summary_pb2.Summary.Value.FromString(payload(numbers_of(np.ones(2))))
    value.tensor.dtype = types_pb2.DT_FLOAT
    return value.SerializeToString()


def cut_content():
    value = summary_pb2.Summary.Value.FromString(payload(numbers_of(np.ones(2))))
    value.tensor.tensor_content = value.tensor.tensor_content[:-8]
    return value.SerializeToString()


def count_of(count):
    numbers = numbers_of(np.ones(2))
    numbers[0] = count
    return payload(numbers)


@pytest.mark.parametrize(
    ("data", "tag", "reason"),
    [
        (b"", "a/kernel/weight/stats", "no metadata"),
        (payload(numbers_of(np.ones(2)), None), "a/kernel/weight/stats", "no metadata"),
        (payload(numbers_of(np.ones(2)))[:-30], "a/kernel/weight/stats", "no metadata|malformed"),
        (payload(numbers_of(np.ones(2)), META | {"version": 2}), "a/b/weight/stats", "version 1"),
        (payload(np.ones(19)), "a/kernel/weight/stats", "shape"),
        (changed_dtype(), "a/kernel/weight/stats", "DT_DOUBLE"),
        (cut_content(), "a/kernel/weight/stats", "does not store"),
        (count_of(-1.0), "a/kernel/weight/stats", "counts"),
        (count_of(NAN), "a/kernel/weight/stats", "counts"),
        (count_of(2.5), "a/kernel/weight/stats", "counts"),
        (payload(numbers_of(np.ones(2))), "a/kernel/weight", "tag"),
        (payload(numbers_of(np.ones(2))), "stats", "tag"),
    ],
)
def test_what_is_no_compact_summary_is_returned_with_its_reason(data, tag, reason):
    good = row(payload(numbers_of(np.ones(2))), 4, "good/kernel/weight/stats")
    result = statistics_of(row(data, 7, tag), good)
    assert result.rows["layer"].to_pylist() == ["good"]
    (rejected,) = result.rejected.to_pylist()
    assert (rejected["tag"], rejected["step"]) == (tag, 7)
    assert any(word in rejected["reason"] for word in reason.split("|"))


def test_damage_at_any_byte_costs_at_most_its_own_summary():
    data = payload(numbers_of(np.ones(2)))
    rng = np.random.default_rng(3)
    rows = []
    for place in range(len(data)):
        damaged = bytearray(data)
        damaged[place] = rng.integers(256)
        rows.append(row(bytes(damaged), place, f"l{place}/kernel/weight/stats"))
    result = statistics_of(*rows)
    assert result.rows.num_rows + result.rejected.num_rows == len(data)


def test_compiling_ahead_changes_nothing():
    compile_all()
    assert statistics_of(row(payload(numbers_of(np.ones(3))))).rows["count"].to_pylist() == [3]
