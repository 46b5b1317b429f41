"""TensorFlow optimises a traced step as it would the untraced one.

Which bits of a result change when it does not depends on the machine; the operations do not.
"""

import re
from collections import Counter

import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.eager import context

from insight_lib.tracer import LoopTracer, TensorTracer
from tests.tracer.repeated import check_same

layers = keras.layers
RNG = np.random.default_rng(3)
X = RNG.normal(size=(32, 8)).astype(np.float32)
Y = RNG.integers(0, 3, 32)
# Two numbers in any order give the same bits.
ORDERLESS = {"Add", "AddN", "AddV2", "Mul"}


def with_constants(x):
    return layers.Rescaling(3.3, 0.7)(layers.Dense(8)(layers.Rescaling(1.0, 0.1)(x)))


def with_activations_of_their_own(x):
    """They are fused with the product below them."""
    x = layers.Activation("tanh")(layers.Dense(8)(layers.Activation("elu")(x)))
    return layers.LeakyReLU()(layers.Dense(8, kernel_regularizer="l2")(x))


def with_shortcuts(x):
    """Sums of three are sorted into another order."""
    y = layers.Add()([layers.Dense(8)(x), x])
    z = layers.ReLU()(layers.Dense(8, activity_regularizer="l1")(y))
    return layers.Add()([layers.Dense(8)(z), y, x])


def with_convolutions(x):
    x = layers.Conv2D(4, 2, padding="same")(layers.Reshape((4, 2, 1))(x))
    y = layers.Conv2D(4, 2, padding="same")(layers.ReLU()(x))
    y = layers.BatchNormalization()(layers.Conv2D(4, 2, use_bias=False)(layers.Add()([y, x])))
    return layers.Flatten()(layers.ReLU()(y))


def build():
    keras.utils.set_random_seed(11)
    inputs = keras.Input((8,))
    x = with_shortcuts(with_activations_of_their_own(with_constants(inputs)))
    outputs = layers.Dense(3, activation="softmax")(with_convolutions(x))
    model = keras.Model(inputs, outputs)
    # Plain descent reads each gradient once.
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


def fitted(callbacks):
    """Train; return the weights, and of each graph of a step what its optimised operations do."""
    model = build()
    context.enable_graph_collection()
    try:
        model.fit(X, Y, batch_size=8, verbose=0, shuffle=False, callbacks=callbacks)
        collected = context.context().export_run_metadata().function_graphs
    finally:
        context.disable_graph_collection()
    graphs = [each.post_optimization_graph for each in collected]
    steps = [each for each in graphs if any("SparseSoftmax" in node.op for node in each.node)]
    return model.get_weights(), sorted(map(operations, steps), key=Counter.total)


def operations(graph):
    """Count the operations that have a result, each by all that it is computed from, in order."""
    nodes = {node.name: node for node in graph.node}
    meanings = {}

    def meaning(name):
        if name not in meanings:
            node = nodes[name]
            # A graph's arguments are numbered, and an operation's marks are names.
            kept = [each for each in node.attr if each[0] != "_" and each != "index"]
            attributes = [(each, str(node.attr[each])) for each in sorted(kept)]
            inputs = [re.fullmatch(r"([^:]*)(.*)", each).groups() for each in data_of(node)]
            given = [(meaning(source), output) for source, output in inputs]
            if node.op in ORDERLESS and len(given) == 2:
                given.sort()
            meanings[name] = hash((node.op, tuple(attributes), tuple(given)))
        return meanings[name]

    computed = [node for node in graph.node if node.op not in ("_Retval", "OptionalFromValue")]
    return Counter((node.op, meaning(node.name)) for node in computed)


def data_of(node):
    return [each for each in node.input if not each.startswith("^")]


def test_every_operation_of_the_untraced_step_is_in_the_traced_one_on_the_same_inputs(tmp_path):
    weights, [plain] = fitted([])
    traced_weights, [untraced, traced] = fitted([TensorTracer(tmp_path, every=2)])
    assert untraced == plain
    assert plain - traced == Counter()
    check_same(traced_weights, weights, lambda: fitted([])[0])


def test_a_bias_and_a_constant_round_in_a_loop_as_they_would_untraced(tmp_path):
    """TensorFlow sums the two first where nothing reads the layer's output: told by any machine."""

    def train(run_dir):
        keras.utils.set_random_seed(11)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, bias_initializer="normal")])
        optimizer = keras.optimizers.SGD(0.05)

        @tf.function
        def step(x):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((model(x, training=True) + 0.7) ** 2)
            weights = model.trainable_variables
            optimizer.apply(tape.gradient(loss, weights), weights)
            return loss

        if run_dir is not None:
            step = LoopTracer(run_dir, model, optimizer, every=1).step(step)
        losses = [float(step(X[i : i + 8])) for i in [0, 8, 16, 24] * 5]
        return [np.array(losses), *model.get_weights()]

    check_same(train(tmp_path), train(None), lambda: train(None))
