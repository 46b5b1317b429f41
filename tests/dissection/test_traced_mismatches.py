"""What has to change of trainings whose output, loss and labels do not fit, and of healthy ones."""

import keras
import numpy as np
import pytest

from insight_lib.dissection.diagnose import diagnose
from insight_lib.tracer import TensorTracer

RNG = np.random.default_rng(11)
X = RNG.normal(size=(320, 4)).astype(np.float32)
CLASSES = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)
ONE_HOT = np.eye(3, dtype=np.float32)[CLASSES]
TWO = (X[:, 0] > 0).astype(np.float32)


def parts(folder, labels, units, activation, loss):
    """Return the parts to change that the warnings and errors on a training name."""
    keras.utils.set_random_seed(2)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(16, "relu")])
    model.add(keras.layers.Dense(units, activation))
    model.compile(keras.optimizers.Adam(0.02), loss, metrics=["accuracy"])
    tracer = TensorTracer(folder, every=5)
    model.fit(X, labels, batch_size=32, epochs=8, verbose=0, callbacks=[tracer])
    found = diagnose(folder).findings
    return {str(one.fault_type) for one in found if one.severity != "info"}


@pytest.mark.parametrize(
    ("labels", "units", "activation", "loss", "expected"),
    [
        (TWO, 1, "softmax", "categorical_crossentropy", {"activation", "loss"}),
        (CLASSES, 1, "sigmoid", "binary_crossentropy", {"activation", "layers", "loss"}),
        (50 + 9 * X[:, 0], 1, "sigmoid", "mean_squared_error", {"activation"}),
        (TWO, 1, "sigmoid", "binary_crossentropy", set()),
        (ONE_HOT, 3, "sigmoid", "binary_crossentropy", set()),
    ],
)
def test_the_parts_that_do_not_fit_are_named(tmp_path, labels, units, activation, loss, expected):
    assert parts(tmp_path, labels, units, activation, loss) == expected
