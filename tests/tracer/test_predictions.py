"""Per-epoch validation predictions."""

import duckdb
import keras
import numpy as np
import pyarrow.parquet as pq
import pytest

from insight_lib.errors import InputError
from insight_lib.tracer import TensorTracer, ValidationPredictions
from insight_lib.tracer.predictions import write_predictions

X = np.random.default_rng(3).normal(size=(40, 4)).astype(np.float32)
Y = (X[:, 0] > 0).astype(np.int64)


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    run_dir = tmp_path_factory.mktemp("scored")
    keras.utils.set_random_seed(2)
    inputs = {"left": keras.Input((2,), name="left"), "right": keras.Input((2,), name="right")}
    joined = keras.layers.Dropout(0.5)(keras.layers.Concatenate()(list(inputs.values())))
    model = keras.Model(inputs, keras.layers.Dense(2, activation="softmax")(joined))
    model.compile("adam", "sparse_categorical_crossentropy")
    x = {"left": X[:, :2], "right": X[:, 2:]}
    predictions = ValidationPredictions(
        x,
        1 - Y,
        example_ids=[f"e{i}" for i in range(40)],
        slices={"side": ["a", "b"] * 20},
    )
    tracer = TensorTracer(run_dir, predictions=predictions)
    model.fit(x, Y, batch_size=10, epochs=3, callbacks=[tracer], verbose=0)
    return run_dir, model.predict(x, verbose=0)


def test_each_epoch_has_one_file_and_nothing_else_is_left(scored):
    run_dir, _ = scored
    names = sorted(path.name for path in (run_dir / "predictions").iterdir())
    assert names == ["epoch-0000.parquet", "epoch-0001.parquet", "epoch-0002.parquet"]


def test_the_last_file_holds_the_trained_models_scores_without_dropout(scored):
    run_dir, outputs = scored
    table = pq.read_table(run_dir / "predictions" / "epoch-0002.parquet")
    columns = ["label", "score", "example_id", "step", "split", "side"]
    assert table.column_names == columns
    rows = table.to_pydict()
    np.testing.assert_allclose(rows["score"], outputs[:, 0], rtol=1e-5)
    assert rows["label"] == list(1 - Y)
    assert rows["example_id"][:2] == ["e0", "e1"]
    assert set(rows["step"]) == {12}
    assert set(rows["split"]) == {"validation"}
    assert rows["side"][:3] == ["a", "b", "a"]


def test_a_file_is_replaced_whole(tmp_path):
    table = ValidationPredictions(X, Y).table(np.zeros((40, 1)), 4)
    write_predictions(tmp_path, 3, table)
    target = write_predictions(tmp_path, 3, table.slice(0, 5))
    assert target == tmp_path / "predictions" / "epoch-0003.parquet"
    assert pq.read_table(target).num_rows == 5
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_scores_that_are_nan_are_found_by_the_bounds_of_the_file(tmp_path):
    outputs = np.full((40, 1), 0.25)
    outputs[::2] = np.nan
    target = write_predictions(tmp_path, 3, ValidationPredictions(X, Y).table(outputs, 4))
    count = f"SELECT count(*) FROM read_parquet('{target}') WHERE isnan(score)"  # noqa: S608
    assert duckdb.sql(count).fetchall() == [(20,)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"labels": Y[:-1]}, "39 labels, but inputs"),
        ({"labels": Y, "example_ids": ["a"]}, "40 labels, but example_ids has 1"),
        ({"labels": Y, "slices": {"side": ["a"] * 41}}, "40 labels, but side has 41"),
        ({"labels": Y + 1}, "labels other than 0 and 1"),
    ],
)
def test_columns_that_do_not_fit_are_named(arguments, message):
    with pytest.raises(InputError, match=message):
        ValidationPredictions(X, **arguments)
