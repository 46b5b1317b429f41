"""Trace a small Keras training that has a fault, and print what is wrong with it.

Run it with the extra ``trace`` and ``diagnose`` installed::

    python examples/trace_and_diagnose.py [LOG_DIR]
"""

import sys

import keras
import numpy as np

from insight_lib import TensorTracer, diagnose


def train(log_dir: str) -> None:
    """Train a classifier whose last activation is a softmax over one unit: it always gives 1."""
    keras.utils.set_random_seed(1)
    inputs = np.random.default_rng(1).normal(size=(256, 8)).astype("float32")
    labels = (inputs.sum(axis=1) > 0).astype("float32")
    hidden = keras.layers.Dense(16, activation="relu", name="hidden")
    output = keras.layers.Dense(1, activation="softmax", name="output")
    model = keras.Sequential([keras.Input((8,)), hidden, output])
    model.compile("adam", "binary_crossentropy")
    model.fit(inputs, labels, epochs=4, verbose=0, callbacks=[TensorTracer(log_dir)])


def main(log_dir: str = "logs/softmax-of-one") -> None:
    """Train, then print the findings: causes first, what follows from them behind."""
    train(log_dir)
    for finding in diagnose(log_dir).findings:
        cause = f" (follows from {finding.caused_by})" if finding.caused_by else ""
        print(f"{finding.severity}: {finding.rule}{cause}")
        print(f"  {finding.title}")
        print(f"  {finding.advice}")


if __name__ == "__main__":
    main(*sys.argv[1:])
