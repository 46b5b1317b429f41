"""What is said of real trainings whose weights hardly moved, and of their twins that learn."""

import keras
import pytest
from sklearn.datasets import load_iris
from sklearn.preprocessing import scale

from insight_lib.dissection.diagnose import diagnose
from insight_lib.tracer import TensorTracer


@pytest.mark.parametrize(
    ("optimizer", "epochs", "expected"),
    [
        ("SGD", 31, {"unsuited_sgd"}),
        ("Adam", 3, {"too_few_epochs"}),
        ("low", 12, {"learning_rate_too_low"}),
        ("fast", 12, set()),
    ],
)
def test_what_kept_the_weights_from_moving_is_named_first(optimizer, epochs, expected, tmp_path):
    optimizers = {
        "SGD": keras.optimizers.SGD(0.002),
        "Adam": keras.optimizers.Adam(),
        "low": keras.optimizers.Adam(1e-5),
        "fast": keras.optimizers.Adam(0.02),
    }
    inputs, classes = load_iris(return_X_y=True)
    keras.utils.set_random_seed(1)
    layers = [keras.layers.Dense(8, "sigmoid"), keras.layers.Dense(8, "sigmoid")]
    model = keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(3, "softmax")])
    model.compile(optimizers[optimizer], "sparse_categorical_crossentropy")
    tracer = TensorTracer(tmp_path, every=4)
    model.fit(scale(inputs), classes, batch_size=16, epochs=epochs, verbose=0, callbacks=[tracer])
    found = [one for one in diagnose(tmp_path).findings if one.severity != "info"]
    assert {one.rule for one in found if one.caused_by is None} == expected
