"""Where writing fails, one warning is given, and the training goes on as if untraced."""

import resource
import warnings

import keras
import numpy as np
import pytest

from insight_lib.tracer import TensorTracer, ValidationPredictions
from tests.tracer.repeated import check_same

X = np.random.default_rng(3).normal(size=(64, 4)).astype(np.float32)
Y = (X[:, 0] > 0).astype(np.float32)


def _train(run_dir=None):
    keras.utils.set_random_seed(5)
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dropout(0.5)]
    )
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "binary_crossentropy")
    predictions = ValidationPredictions(X, Y)
    tracers = [] if run_dir is None else [TensorTracer(run_dir, every=1, predictions=predictions)]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(X, Y, batch_size=8, epochs=2, callbacks=tracers, verbose=0)
    said = [str(each.message) for each in caught if "TensorTracer" in str(each.message)]
    return model.get_weights(), said


@pytest.fixture(scope="module")
def untraced():
    return _train()[0]


def test_a_file_in_place_of_the_folder_ends_the_tracing_only(untraced, tmp_path):
    (tmp_path / "run").write_text("in the way")
    weights, said = _train(tmp_path / "run")
    check_same(weights, untraced, lambda: _train()[0])
    assert len(said) == 1
    assert str(tmp_path / "run") in said[0]
    assert said[0].endswith("free some space or choose another log_dir")


def test_a_full_disk_ends_the_tracing_only(untraced, tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        weights, said = _train(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    check_same(weights, untraced, lambda: _train()[0])
    assert len(said) == 1


def test_predictions_that_cannot_be_written_end_the_tracing_and_leave_no_part(untraced, tmp_path):
    (tmp_path / "predictions").write_text("in the way")
    weights, said = _train(tmp_path)
    check_same(weights, untraced, lambda: _train()[0])
    assert len(said) == 1
    assert (tmp_path / "train").is_dir()


@pytest.mark.parametrize("place", ["summaries.add_tensor", "capture.named_batch"])
def test_a_tensor_that_cannot_be_written_or_handed_out_ends_the_tracing_only(
    place, untraced, tmp_path, monkeypatch
):
    def refuse(*_):
        raise ValueError("no message holds this")

    monkeypatch.setattr(f"insight_lib.tracer.{place}", refuse)
    weights, said = _train(tmp_path)
    check_same(weights, untraced, lambda: _train()[0])
    assert len(said) == 1
    assert "ValueError: no message holds this" in said[0]
