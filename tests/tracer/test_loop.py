"""A plain training loop is traced like ``fit``, and not changed."""

import runpy

import keras
import numpy as np
import pytest
import tensorflow as tf

import insight_lib.tracer
from insight_lib.dealer.reading import CONFIG_FILE, load
from insight_lib.dissection.diagnose import diagnose
from insight_lib.errors import InputError
from insight_lib.tracer import LoopTracer, TensorTracer
from tests.tracer.repeated import check_same

X = np.random.default_rng(3).normal(size=(96, 4)).astype(np.float32)
Y = (X[:, :1] > 0).astype(np.float32)
BATCHES = [(X[i : i + 16], Y[i : i + 16]) for i in range(0, 96, 16)] * 3
WRAPS = [
    pytest.param(tf.function, id="compiled"),
    pytest.param(lambda step: step, id="eager"),
]


def build():
    keras.utils.set_random_seed(11)
    layers = [keras.layers.Dense(8, activation="relu", name="hidden"), keras.layers.Dropout(0.3)]
    return keras.Sequential(
        [keras.Input((4,), name="x"), *layers, keras.layers.Dense(1, name="out")]
    )


def make_step(model, optimizer):
    def train_step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
            if loss > 1e6:  # AutoGraph has something to convert
                loss = loss * 0.5
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    return train_step


def train(run_dir=None, wrap=tf.function, **settings):
    model, optimizer = build(), keras.optimizers.Adam(0.01)
    step = wrap(make_step(model, optimizer))
    if run_dir is None:
        losses = [float(step(*batch)) for batch in BATCHES]
    else:
        with LoopTracer(run_dir, model, optimizer, **settings) as tracer:
            step = tracer.step(step)
            losses = [float(step(*batch)) for batch in BATCHES]
    return model.get_weights(), losses


def values(events, tag):
    return {event.step: tf.make_ndarray(event.tensor_proto) for event in events.Tensors(tag)}


@pytest.mark.parametrize("wrap", WRAPS)
def test_a_loop_is_traced_and_its_weights_are_the_same_bit_for_bit(wrap, tmp_path, load_stream):
    traced, losses = train(tmp_path, wrap=wrap, every=4)

    def untraced():
        weights, losses = train(wrap=wrap)
        return [*weights, np.array(losses)]

    check_same([*traced, np.array(losses)], untraced(), untraced)
    events = load_stream(tmp_path / "train")
    written = values(events, "loss")
    assert sorted(written) == [0, 4, 8, 12, 16]
    for step, loss in written.items():
        assert loss == pytest.approx(losses[step], rel=1e-6)


@pytest.mark.parametrize("wrap", WRAPS)
def test_the_series_are_those_of_fit(wrap, tmp_path, load_stream):
    train(tmp_path / "loop", wrap=wrap)
    model = build()
    model.compile("adam", "mean_squared_error")
    model.fit(X, Y, batch_size=16, callbacks=[TensorTracer(tmp_path / "fit")], verbose=0)
    loop, fit = (load_stream(tmp_path / way / "train").Tags()["tensors"] for way in ("loop", "fit"))
    loop, fit = ({tag for tag in tags if "epoch" not in tag} for tags in (loop, fit))
    assert loop == fit


def test_a_gradient_is_the_one_that_was_applied(tmp_path, load_stream):
    train(tmp_path, every=1)
    events = load_stream(tmp_path / "train")
    norm = values(events, "gradient_norm")
    model = build()
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(BATCHES[0][0], training=True) - BATCHES[0][1]) ** 2)
    expected = tf.linalg.global_norm(tape.gradient(loss, model.trainable_variables))
    assert norm[0] == pytest.approx(float(expected), rel=1e-5)


def test_what_cannot_be_written_ends_the_tracing_only(tmp_path):
    (tmp_path / "run").write_text("in the way")
    with pytest.warns(UserWarning, match="TensorTracer stopped"):
        traced, _ = train(tmp_path / "run")
    check_same(traced, train()[0], lambda: train()[0])


def last_event(run_dir):
    [file] = (run_dir / "train").iterdir()
    *_, record = tf.data.TFRecordDataset(str(file)).as_numpy_iterator()
    return tf.compat.v1.Event.FromString(record)


def test_the_end_of_a_training_is_written_and_that_of_an_interrupted_one_is_not(tmp_path):
    train(tmp_path / "run")
    assert last_event(tmp_path / "run").session_log.status == tf.compat.v1.SessionLog.STOP
    model, optimizer = build(), keras.optimizers.Adam(0.01)
    tracer = LoopTracer(tmp_path / "cut", model, optimizer)
    tracer.__enter__().step(tf.function(make_step(model, optimizer)))(*BATCHES[0])
    tracer.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not last_event(tmp_path / "cut").HasField("session_log")


def test_a_step_that_fails_leaves_nothing_behind(tmp_path):
    model, optimizer = build(), keras.optimizers.Adam(0.01)
    step = LoopTracer(tmp_path, model, optimizer).step(make_step(model, optimizer))
    with pytest.raises((ValueError, tf.errors.InvalidArgumentError)):
        step(X[:, :3], Y)
    assert "apply" not in vars(optimizer)
    assert not any("call" in vars(layer) for layer in model.layers)


@pytest.mark.parametrize("number", [float, lambda loss: {"loss": loss.numpy()}, np.asarray])
def test_an_eager_step_that_returns_a_plain_number_has_its_loss_traced(
    number, tmp_path, load_stream
):
    model, optimizer = build(), keras.optimizers.Adam(0.01)
    step = make_step(model, optimizer)
    with LoopTracer(tmp_path, model, optimizer, every=1) as tracer:
        traced_step = tracer.step(lambda x, y: number(step(x, y)))
        returned = [traced_step(*batch) for batch in BATCHES[:3]]
    losses = [float(each["loss"] if isinstance(each, dict) else each) for each in returned]
    written = values(load_stream(tmp_path / "train"), "loss")
    assert [float(written[step]) for step in range(3)] == pytest.approx(losses, rel=1e-6)


class Warmup(keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.001 * tf.cast(step + 1, tf.float32)


SCHEDULE = keras.optimizers.schedules.CosineDecay(0.01, 100)


@pytest.mark.parametrize(
    ("optimizer", "stated"),
    [
        (keras.optimizers.SGD, {"name": "SGD", "learning_rate": 0.03125, "clipnorm": 0.5}),
        (keras.optimizers.AdamW, {"name": "AdamW", "learning_rate": 0.03125, "clipnorm": 0.5}),
    ],
)
def test_the_optimizer_is_recorded_as_fit_records_it(optimizer, stated, tmp_path):
    for rate in (0.03125, SCHEDULE):
        made = optimizer(rate, clipnorm=0.5)
        folder = tmp_path / type(rate).__name__
        model = build()
        with LoopTracer(folder / "loop", model, made) as tracer:
            tracer.step(make_step(model, made))(*BATCHES[0])
        model = build()
        model.compile(optimizer(rate, clipnorm=0.5), "mean_squared_error")
        tracer = TensorTracer(folder / "fit")
        model.fit(X[:16], Y[:16], callbacks=[tracer], verbose=0)
        loop, fit = (load(folder / way / CONFIG_FILE) for way in ("loop", "fit"))
        assert loop.optimizer == fit.optimizer
        scheduled = {"schedule": "CosineDecay", "initial_learning_rate": 0.01, "decay_steps": 100}
        for name, value in stated.items():
            shown = loop.optimizer[name]
            if name == "learning_rate" and rate is SCHEDULE:
                assert scheduled.items() <= shown.items()
            else:
                assert shown == value


def test_a_custom_schedule_is_named_and_the_other_settings_are_kept(tmp_path):
    model, optimizer = build(), keras.optimizers.SGD(Warmup(), momentum=0.5, clipnorm=2.0)
    with LoopTracer(tmp_path, model, [optimizer, keras.optimizers.Adam()]) as tracer:
        tracer.step(make_step(model, optimizer))(*BATCHES[0])
    recorded = load(tmp_path / CONFIG_FILE).optimizer
    stated = {"name": "SGD", "momentum": 0.5, "clipnorm": 2.0, "nesterov": False}
    stated["learning_rate"] = {"schedule": "Warmup"}
    assert {name: recorded[name] for name in stated} == stated


def test_a_clipping_optimizer_of_a_loop_is_judged_by_its_limit(tmp_path):
    model, optimizer = build(), keras.optimizers.SGD(0.01, global_clipnorm=1e-4)
    with LoopTracer(tmp_path / "run", model, optimizer, every=1) as tracer:
        step = tracer.step(tf.function(make_step(model, optimizer)))
        for batch in BATCHES:
            step(*batch)
    found = {finding.rule for finding in diagnose(tmp_path / "run").findings}
    assert "clipped_gradient" in found


class Sparse(keras.layers.Layer):
    def build(self, shape):  # noqa: ARG002 - Keras's signature
        self.scale = self.add_weight(shape=(), initializer="ones", name="scale")

    def call(self, x):
        return tf.sparse.from_dense(x * self.scale)


def test_a_layer_whose_output_is_sparse_has_its_weights_traced(tmp_path, load_stream):
    sparse, optimizer = Sparse(name="sparse"), keras.optimizers.SGD(0.01)
    inputs = keras.Input((4,))
    model = keras.Model(inputs, sparse(inputs))

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(model(x).values ** 2)
        weights = model.trainable_variables
        optimizer.apply(tape.gradient(loss, weights), weights)
        return loss

    with LoopTracer(tmp_path, model, optimizer) as tracer:
        tracer.step(step)(X)
    tags = load_stream(tmp_path / "train").Tags()["tensors"]
    assert "sparse/scale/gradient/stats" in tags
    assert "sparse/output/activation/stats" not in tags


def test_an_optimizer_that_is_given_no_gradients_does_nothing_traced_or_not(tmp_path, load_stream):
    model, optimizer = build(), keras.optimizers.SGD(0.01)

    def step(x):
        optimizer.apply([], model.trainable_variables)
        return tf.reduce_mean(model(x))

    with LoopTracer(tmp_path, model, optimizer) as tracer:
        tracer.step(step)(X)
    assert len(load_stream(tmp_path / "train").Tensors("loss")) == 1


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"optimizer": []}, "no optimizer; give"),
        ({"optimizer": "adam"}, "optimizer is 'adam', no Keras optimizer; give"),
        ({"optimizer": None}, "optimizer is None, no Keras optimizer; give"),
        ({"optimizer": ["adam"]}, "optimizer is 'adam', no Keras optimizer; give"),
        ({"model": None}, "model is None, no Keras model; give"),
        ({"log_dir": ""}, "log_dir is '', not a folder; give"),
        ({"log_dir": None}, "log_dir is None, not a folder; give"),
        ({"every": 1.5}, "every is 1.5, which is not a number of steps; give"),
        ({"every": 0}, "every is 0, which is not a number of steps; give"),
        ({"every": True}, "every is True, which is not a number of steps; give"),
    ],
)
def test_arguments_that_make_no_sense_are_named_and_refused(changed, message, tmp_path):
    arguments = {"log_dir": tmp_path, "model": build(), "optimizer": keras.optimizers.SGD()}
    with pytest.raises(InputError, match=message):
        LoopTracer(**{**arguments, **changed})
    if not changed.keys() & {"model", "optimizer"}:
        with pytest.raises(InputError, match=message):
            TensorTracer(**{"log_dir": tmp_path, **changed})


def test_the_example_of_the_package_runs(tmp_path, monkeypatch):
    lines = insight_lib.tracer.__doc__.split("::\n")[1].split("\n\nImporting")[0].splitlines()
    example = "\n".join(line[4:] for line in lines)
    monkeypatch.chdir(tmp_path)
    model, optimizer = build(), keras.optimizers.Adam(0.01)
    train_step = make_step(model, optimizer)
    (tmp_path / "example.py").write_text(example)
    names = {"model": model, "optimizer": optimizer, "train_step": train_step, "data": BATCHES}
    runpy.run_path("example.py", names)
    assert (tmp_path / "logs" / "run-9" / "train").is_dir()
