"""A training under ``tf.distribute``, run by a test in a separate process.

Arguments: the strategy (``mirrored`` on two logical CPUs, or ``workers``), the run directory or
``-`` for an untraced training, and the file for the final weights.
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

from insight_lib.tracer import TensorTracer

ROWS, BATCH = 64, 16


def data():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(ROWS, 5)).astype(np.float32)
    return x, (x[:, :1] * 2 + 1).astype(np.float32)


def build():
    keras.utils.set_random_seed(11)
    layers = [keras.layers.Dense(8, activation="relu", name="hidden")]
    model = keras.Sequential([keras.Input((5,)), *layers, keras.layers.Dense(1, name="out")])
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), "mean_squared_error")
    return model


def main(kind, run_dir, weights):
    if kind == "mirrored":
        cpu = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(
            cpu, [tf.config.LogicalDeviceConfiguration()] * 2
        )
        strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    else:
        strategy = tf.distribute.MultiWorkerMirroredStrategy()
    with strategy.scope():
        model = build()
    x, y = data()
    callbacks = [] if run_dir == "-" else [TensorTracer(run_dir, every=1)]
    batches = tf.data.Dataset.from_tensor_slices((x, y)).batch(BATCH)
    model.fit(batches, epochs=2, callbacks=callbacks, verbose=0)
    np.savez(weights, *[keras.ops.convert_to_numpy(weight) for weight in model.weights])


if __name__ == "__main__":
    main(*sys.argv[1:])
