"""What a traced training wrote, against an independent GradientTape loop and TensorBoard."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from insight_lib.tracer.stats_format import STATS_FIELDS, STATS_PLUGIN, parse_meta, parse_tag

WEIGHTS = ["ids/embeddings", "hidden/kernel", "hidden/bias", "score/kernel", "score/bias"]
OUTPUTS = ["ids/output", "hidden/output", "score/output"]
STEPS = list(range(6))


@pytest.fixture(scope="module")
def replayed(traced_fit):
    """The same training as a plain loop, which shares no code with the tracer.

    Gives, for each step, tensors by tag, and the loss.
    """
    model = traced_fit.build()
    outputs = [model.get_layer(name.split("/")[0]).output for name in OUTPUTS]
    inside = keras.Model(model.inputs, outputs)
    steps = []
    for ids, labels in traced_fit.batches():
        before = [np.array(weight) for weight in model.get_weights()]
        activations = [np.array(output) for output in inside([ids])]
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.binary_crossentropy(labels, model(ids)))
        gradients = tape.gradient(loss, model.trainable_weights)
        model.optimizer.apply(gradients, model.trainable_weights)
        after = model.get_weights()
        tensors = {
            f"{name}/activation": value for name, value in zip(OUTPUTS, activations, strict=True)
        }
        for i, name in enumerate(WEIGHTS):
            tensors[f"{name}/weight"] = before[i]
            tensors[f"{name}/gradient"] = np.array(tf.convert_to_tensor(gradients[i]))
            tensors[f"{name}/update"] = after[i] - before[i]
        steps.append((tensors, float(loss)))
    return steps


def expected_stats(tensor):
    """The statistics of a finite tensor, by numpy."""
    values = np.asarray(tensor, np.float64)
    return {
        "count": values.size,
        "mean": values.mean(),
        "m2": values.var() * values.size,
        "min": values.min(),
        "max": values.max(),
        "l1": np.abs(values).sum(),
        "l2": np.linalg.norm(values.ravel()),
        "zeros": (values == 0).sum(),
        "nans": 0,
        "infs": 0,
        "q01": np.quantile(values, 0.01),
        "q50": np.median(values),
        "q99": np.quantile(values, 0.99),
    }


def is_scalar(traced_fit, tag):
    return traced_fit.train.SummaryMetadata(tag).plugin_data.plugin_name == "scalars"


def test_every_layer_tensor_is_written_at_every_step(traced_fit, replayed):
    tags = {tag for tensors, _ in replayed for tag in tensors}
    written = {tag for tag in traced_fit.train.Tags()["tensors"] if not is_scalar(traced_fit, tag)}
    assert written == tags | {f"{tag}/stats" for tag in tags}
    for tag in written:
        assert sorted(traced_fit.series(tag)) == STEPS


def test_the_statistics_are_those_of_the_tensors_of_an_independent_loop(traced_fit, replayed):
    for step, (tensors, _) in enumerate(replayed):
        for tag, tensor in tensors.items():
            stats = dict(zip(STATS_FIELDS, traced_fit.series(f"{tag}/stats")[step], strict=True))
            for name, value in expected_stats(tensor).items():
                assert stats[name] == pytest.approx(value, rel=1e-4, abs=1e-7), (tag, step, name)


def field(traced_fit, tag, name):
    place = STATS_FIELDS.index(name)
    return {step: stats[place] for step, stats in traced_fit.series(f"{tag}/stats").items()}


def test_rows_that_were_not_looked_up_have_no_gradient(traced_fit):
    for step, (ids, _) in enumerate(traced_fit.batches()):
        touched = np.unique(ids).size
        assert field(traced_fit, "ids/embeddings/gradient", "rows")[step] == 12
        assert field(traced_fit, "ids/embeddings/gradient", "touched_rows")[step] == touched
        zeros = field(traced_fit, "ids/embeddings/gradient", "zeros")[step]
        assert zeros >= (12 - touched) * 4


def test_rows_that_were_never_looked_up_stay_as_they_were(traced_fit):
    seen = set()
    for step, (ids, _) in enumerate(traced_fit.batches()):
        untouched = field(traced_fit, "ids/embeddings/weight", "untouched_rows")[step]
        assert untouched == 12 - len(seen)
        assert field(traced_fit, "ids/embeddings/weight", "rows")[step] == 12
        seen |= set(ids.ravel())


def test_weights_give_their_distance_and_updates_their_sign_changes(traced_fit, replayed):
    for name in WEIGHTS:
        first, last = replayed[0][0][f"{name}/weight"], None
        for step, (tensors, _) in enumerate(replayed):
            moved = np.linalg.norm(tensors[f"{name}/weight"] - first)
            distance = field(traced_fit, f"{name}/weight", "distance")[step]
            assert distance == pytest.approx(moved, rel=1e-4, abs=1e-7)
            update = tensors[f"{name}/update"]
            turned = field(traced_fit, f"{name}/update", "sign_changes")[step]
            if last is None:
                assert np.isnan(turned)
            else:  # an element near zero may round to either side
                assert turned == pytest.approx((update * last < 0).sum(), abs=1)
            last = update


def test_fields_of_another_kind_are_undefined(traced_fit):
    assert np.isnan(field(traced_fit, "hidden/kernel/gradient", "rows")[0])
    assert np.isnan(field(traced_fit, "hidden/kernel/gradient", "distance")[0])
    assert np.isnan(field(traced_fit, "hidden/kernel/weight", "untouched_rows")[0])
    assert field(traced_fit, "hidden/output/activation", "constant_units")[0] >= 0


def test_norms_are_those_of_all_tensors_together(traced_fit, replayed):
    kinds = {"gradient_norm": "gradient", "update_norm": "update", "weight_norm": "weight"}
    for tag, kind in kinds.items():
        for step, (tensors, _) in enumerate(replayed):
            flat = [tensors[f"{name}/{kind}"].ravel() for name in WEIGHTS]
            expected = np.linalg.norm(np.concatenate(flat))
            assert traced_fit.series(tag)[step] == pytest.approx(expected, rel=1e-4)


def test_the_labels_of_the_batch_are_described_and_ids_are_no_input(traced_fit):
    tags = traced_fit.train.Tags()["tensors"]
    assert not any(tag.startswith("input/") for tag in tags)
    for step, (_, labels) in enumerate(traced_fit.batches()):
        assert traced_fit.series("label/rows")[step] == len(labels)
        assert traced_fit.series("label/mean")[step] == pytest.approx(labels.mean())
        share = max(labels.mean(), 1 - labels.mean())
        assert traced_fit.series("label/largest_share")[step] == pytest.approx(share)


def test_the_next_weights_are_the_weights_plus_the_update(traced_fit):
    mean = STATS_FIELDS.index("mean")
    for name in WEIGHTS:
        weight = traced_fit.series(f"{name}/weight/stats")
        update = traced_fit.series(f"{name}/update/stats")
        for step in STEPS[:-1]:
            moved = weight[step][mean] + update[step][mean]
            assert weight[step + 1][mean] == pytest.approx(moved, rel=1e-5, abs=1e-8)


def test_loss_and_learning_rate_are_those_of_the_batch(traced_fit, replayed):
    loss, rate = traced_fit.series("loss"), traced_fit.series("learning_rate")
    for step, (_, expected) in enumerate(replayed):
        assert loss[step] == pytest.approx(expected, rel=1e-5)
        assert rate[step] == np.float32(0.05)


def test_epoch_scalars_stand_in_their_streams_at_the_iterations_done(traced_fit):
    for stream in (traced_fit.train, traced_fit.validation):
        for tag in ("epoch_loss", "epoch_accuracy"):
            assert [event.step for event in stream.Tensors(tag)] == [3, 6]
    assert set(traced_fit.validation.Tags()["tensors"]) == {"epoch_loss", "epoch_accuracy"}


def test_stock_tensorboard_finds_histograms_scalars_and_the_compact_statistics(traced_fit):
    events = traced_fit.train
    for tag in events.Tags()["tensors"]:
        names = parse_tag(tag)
        plugin = events.SummaryMetadata(tag).plugin_data.plugin_name
        if names is None:
            assert plugin == "scalars"
        else:
            assert plugin == (STATS_PLUGIN if names.is_stats else "histograms")


def test_histogram_buckets_hold_every_element(traced_fit):
    for step, buckets in traced_fit.series("hidden/kernel/gradient").items():
        stats = traced_fit.series("hidden/kernel/gradient/stats")[step]
        assert buckets.shape == (30, 3)
        assert buckets.dtype == np.float64
        assert buckets[:, 2].sum() == stats[0]


def test_metadata_gives_the_shape_and_whether_it_is_trained(traced_fit):
    def meta(tag):
        return parse_meta(traced_fit.train.SummaryMetadata(f"{tag}/stats").plugin_data.content)

    assert meta("ids/embeddings/weight").shape == (12, 4)
    assert meta("hidden/kernel/gradient").shape == (12, 6)
    assert meta("hidden/kernel/gradient").trainable is True
    assert meta("ids/output/activation").shape == (3, 4)
    assert meta("ids/output/activation").trainable is None


def test_metadata_gives_depth_type_and_activation(traced_fit):
    found = {}
    for tag in traced_fit.train.Tags()["tensors"]:
        names = parse_tag(tag)
        if names is not None and names.is_stats:
            found[names.layer] = parse_meta(
                traced_fit.train.SummaryMetadata(tag).plugin_data.content
            )
    described = {name: (m.depth, m.layer_type, m.activation) for name, m in found.items()}
    assert described == {
        "ids": (0, "Embedding", None),
        "hidden": (1, "Dense", "relu"),
        "score": (2, "Dense", "sigmoid"),
    }
