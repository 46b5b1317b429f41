"""The scalars that describe a batch, against numpy over plain columns."""

import numpy as np
import pytest
import tensorflow as tf

from insight_lib.tracer.batches import input_scalars, label_scalars

RNG = np.random.default_rng(4)


def of_input(values):
    found = input_scalars({"x": values}, [])
    return {name.removeprefix("input/x/"): value for name, value in found.items()}


def of_labels(values):
    found = label_scalars({"y": values})
    return {name.removeprefix("label/"): value for name, value in found.items()}


def test_an_input_is_described_by_its_features():
    values = RNG.normal(2, 3, (32, 5)).astype(np.float32)
    values[:, 1] *= 100
    values[:, 3] = 7
    found = of_input(values)
    scales = [np.sqrt((values[:, i].astype(np.float64) ** 2).mean()) for i in range(5)]
    assert found == pytest.approx(
        {
            "nonfinite": 0,
            "features": 5,
            "mean": values.mean(dtype=np.float64),
            "std": values.std(dtype=np.float64),
            "min": values.min(),
            "max": values.max(),
            "largest_feature_scale": scales[1],
            "median_feature_scale": np.median(scales),
            "worst_feature": 1,
            "constant_features": 1,
        }
    )


def test_elements_that_are_not_finite_are_counted_and_left_out():
    values = RNG.normal(size=(8, 3))
    values[2, 0], values[3, 1] = np.nan, -np.inf
    values[:, 2] = np.inf
    found = of_input(values)
    finite = values[np.isfinite(values)]
    assert found["nonfinite"] == 10
    assert found["mean"] == pytest.approx(finite.mean())
    assert (found["min"], found["max"]) == (finite.min(), finite.max())
    assert found["worst_feature"] in (0, 1)
    assert of_input(np.full((4, 2), np.nan)) == {"nonfinite": 8, "features": 2}


def test_whole_numbers_images_and_single_columns_are_inputs():
    assert of_input(np.full((4, 8, 8, 3), 255, np.uint8))["largest_feature_scale"] == 255
    assert of_input(np.arange(6))["features"] == 1
    assert "constant_features" not in of_input(np.ones((1, 3)))


def test_a_single_number_is_an_input_and_a_label_of_one_row():
    found = of_input(np.array(3.0, np.float32))
    assert (found["mean"], found["features"], found["nonfinite"]) == (3, 1, 0)
    assert (of_labels(np.array(2))["rows"], of_labels(np.array(2))["max"]) == (1, 2)


def test_of_a_huge_input_the_first_examples_are_described_but_all_are_searched_for_nan():
    values = np.ones((5, 2**19), np.float32)
    values[2:] = 9
    values[4, 7] = np.nan
    found = of_input(values)
    assert (found["max"], found["nonfinite"]) == (1, 1)


def test_an_input_that_an_embedding_looks_up_is_left_out():
    ids, other = np.arange(12).reshape(4, 3), np.ones((4, 3))
    found = input_scalars({"ids": ids.astype(np.float32), "other": other}, [ids])
    assert {name.split("/")[1] for name in found} == {"other"}


def test_labels_give_classes_and_the_largest_share():
    expected = {"rows": 5, "min": 0, "max": 4, "classes": 3, "largest_share": 0.6, "nonfinite": 0}
    for labels in (np.array([4, 0, 2, 2, 2]), np.array([[2.0], [2.0], [0.0], [2.0], [4.0]])):
        expected |= {"mean": labels.mean(), "std": labels.std()}
        found = of_labels(labels)
        assert {name: found[name] for name in expected} == pytest.approx(expected)


def test_labels_give_the_share_of_each_class_and_the_rate_of_each_column():
    def shares(values):
        found = of_labels(np.asarray(values)).items()
        return {name.removeprefix("share/"): v for name, v in found if name.startswith("share/")}

    assert shares([4, 0, 2, 2, 2]) == pytest.approx({"0": 0.2, "2": 0.6, "4": 0.2})
    assert shares([[-1.0], [1.0]]) == {"-1": 0.5, "1": 0.5}
    assert shares(np.eye(4)[[1, 1, 1, 3]]) == {"1": 0.75, "3": 0.25}
    assert shares([[1, 1, 0], [1, 0, 0]]) == {"0": 1, "1": 0.5}
    assert shares([0, 1000]) == shares([0.5, 1.0]) == shares(np.eye(65)) == {}


def test_labels_give_what_the_best_constant_costs():
    labels = np.exp(RNG.normal(0, 1, (41, 2)))
    found = of_labels(labels)
    constants = np.concatenate([labels, np.linspace(0, 5, 2001)[:, None].repeat(2, 1)])
    distances = np.abs(labels[:, None] - constants[None])
    assert found["absolute_deviation"] == pytest.approx(distances.mean(0).min(0).mean())
    relative = (distances / labels[:, None]).mean(0).min(0).mean()
    assert found["relative_deviation"] == pytest.approx(relative)
    assert found["log_std"] == pytest.approx(np.sqrt(np.log1p(labels).var(0).mean()))
    assert "log_std" not in of_labels(np.array([-2.0, 3.5]))
    assert "absolute_deviation" not in of_labels(np.array([3.5]))


def test_one_hot_labels_are_classes_and_several_at_once_are_not():
    one_hot = np.eye(4)[[1, 1, 1, 3]]
    assert of_labels(one_hot)["classes"] == 2
    assert of_labels(one_hot)["largest_share"] == 0.75
    several = np.array([[1, 1, 0], [0, 0, 0]])
    assert of_labels(several)["largest_share"] == pytest.approx(4 / 6)


def test_labels_that_are_no_whole_numbers_have_no_classes():
    assert not {"classes", "largest_share"} & of_labels(np.array([0.5, 1.0])).keys()
    assert of_labels(np.array([np.nan, 2.0]))["max"] == 2
    halves = tf.constant([0.5, 1.5, np.nan], tf.bfloat16).numpy()
    plain = {"rows": 3, "mean": 1, "min": 0.5, "max": 1.5, "std": 0.5, "nonfinite": 1}
    assert of_labels(halves).items() >= plain.items()
    assert of_labels(np.array([np.nan])) == {"rows": 1, "numbers": 1, "nonfinite": 1}
    assert of_labels(np.array([np.inf, -np.inf, 1.0]))["nonfinite"] == 2
    assert of_labels(np.zeros((0, 1))) == {}


def test_the_spread_of_labels_is_that_of_a_column():
    labels = np.array([[1.0, 100.0], [3.0, 100.0], [np.nan, 106.0]])
    columns = [labels[:2, 0].var(), labels[:, 1].var()]
    assert of_labels(labels)["std"] == pytest.approx(np.sqrt(np.mean(columns)))


def test_labels_tell_how_many_numbers_an_example_has():
    shapes = ((5,), (5, 1), (5, 3), (5, 4, 2))
    assert [of_labels(np.ones(shape))["numbers"] for shape in shapes] == [1, 1, 3, 8]


def test_labels_of_several_outputs_are_distinguished():
    found = label_scalars({"a": np.zeros(3), "b": np.ones(3)})
    assert found["label/a/max"] == 0
    assert found["label/b/max"] == 1


def weighted(labels, weights):
    found = label_scalars({"y": labels}, {"y": weights})
    return {name.removeprefix("label/"): value for name, value in found.items() if "weight" in name}


def test_weights_of_examples_count_each_class_by_its_weight():
    labels, weights = np.array([0, 0, 0, 2]), np.array([1.0, 1.0, 1.0, 9.0], np.float32)
    expected = {"weight_mean": 3, "weight_min": 1, "weight_max": 9}
    expected |= {"weighted_share/0": 0.25, "weighted_share/2": 0.75}
    assert weighted(labels, weights) == pytest.approx(expected)
    assert weighted(labels[:, None], weights[:, None]) == pytest.approx(expected)
    assert weighted(np.eye(3)[labels], weights) == pytest.approx(expected)
    assert weighted(np.eye(3)[labels][:, None], weights) == pytest.approx(expected)


def test_weights_of_quantities_and_of_positions_have_no_shares():
    assert weighted(np.array([0.5, 1.5]), np.array([1, 2])).keys() == {
        "weight_mean",
        "weight_min",
        "weight_max",
    }
    assert "weighted_share/0" not in weighted(np.zeros((2, 3), int), np.ones((2, 3)))
    assert weighted(np.array([0, 1]), np.array([1.0, np.nan])) == {}


def test_weights_are_of_their_output_or_of_all():
    labels = {"a": np.array([0, 1]), "b": np.array([0.5, 1.5])}
    means = {"label/a/weight_mean", "label/b/weight_mean"}
    assert means & label_scalars(labels, {"b": np.ones(2)}).keys() == {"label/b/weight_mean"}
    assert means <= label_scalars(labels, {"output": np.ones(2)}).keys()
