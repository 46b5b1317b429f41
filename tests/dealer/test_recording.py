"""Any model is described as far as it tells, and what it does not tell is null."""

import json
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import functools
import getpass
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from insight_lib.dealer import CONFIG_FILE, DataDescription, load, record, record_if_absent
from insight_lib.errors import ConfigError


class Silent(layers.Layer):
    """A layer of somebody's own, whose configuration Keras refuses: it was given a function."""

    def __init__(self, width, rule):
        super().__init__()
        self.width, self.rule = width, rule
        self.kernel_initializer = rule

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], self.width))

    def call(self, x):
        return x @ self.kernel


class Twice(keras.Model):
    def __init__(self):
        super().__init__(name="twice")
        self.inner = layers.Dense(2, name="inner")

    def call(self, x):
        return self.inner(self.inner(x))


def own_loss(labels, predictions, weight=0.5):
    return weight * keras.ops.mean((labels - predictions) ** 2)


class OwnLoss(keras.losses.Loss):
    def call(self, labels, predictions):
        return labels - predictions


def _recorded(tmp_path, model, **told):
    config = record(tmp_path, model, **told)
    assert load(tmp_path) == config
    return config


def _compiled(loss, outputs=1, **told):
    inputs = keras.Input((2,))
    heads = [layers.Dense(1, name=f"head_{at}")(inputs) for at in range(outputs)]
    model = keras.Model(inputs, heads)
    model.compile("sgd", loss, **told)
    return model


def test_a_model_alone_is_enough(tmp_path):
    config = _recorded(tmp_path, keras.Sequential([keras.Input((2,)), layers.Dense(1)], name="m"))
    assert (config.program, config.data) == ("m", None)
    assert (config.hparams, config.seeds, config.metrics) == ({}, {}, ())
    assert (config.optimizer, config.loss) == (None, None)
    assert config.host.cpus >= 1


def test_a_model_that_was_never_called_has_no_sizes(tmp_path):
    model = keras.Sequential([layers.Dense(3, name="a"), layers.Dropout(0.5, name="b")])
    config = _recorded(tmp_path, model)
    # A dropout has nothing to build.
    assert [layer.parameters for layer in config.topology] == [None, 0]
    assert [layer.units for layer in config.topology] == [3, None]
    assert (config.inputs, config.outputs, config.topology[0].inputs) == (None, None, None)
    assert config.topology[1].settings["rate"] == 0.5


def test_a_model_with_a_custom_call_has_layers_but_no_graph(tmp_path):
    model = Twice()
    model(np.zeros((1, 2), np.float32))
    config = _recorded(tmp_path, model)
    (layer,) = config.topology
    assert (layer.name, layer.parameters, layer.inputs) == ("inner", 6, None)
    assert layer.weights == {"kernel": (2, 2), "bias": (2,)}
    assert config.outputs is None


def test_a_layer_that_cannot_be_described_keeps_what_it_shows(tmp_path):
    inputs = keras.Input((4,), name="x")
    model = keras.Model(inputs, Silent(3, lambda shape, **_: shape)(inputs))
    with pytest.raises(NotImplementedError, match="non-serializable argument"):
        model.layers[-1].get_config()
    (layer,) = _recorded(tmp_path, model).topology
    assert (layer.type, layer.parameters, layer.settings) == ("Silent", 12, {})
    assert layer.initializers == {"kernel": {"name": "<lambda>"}}
    assert layer.inputs == ("x",)


class Secret(layers.Dense):
    @property
    def weights(self):
        raise RuntimeError("nobody may see them")


def test_of_a_layer_that_does_not_show_its_weights_their_number_is_not_known(tmp_path):
    inputs = keras.Input((4,), name="x")
    model = keras.Model(inputs, Secret(3)(inputs))
    (layer,) = _recorded(tmp_path, model).topology
    assert (layer.units, layer.parameters, layer.weights) == (3, None, {})


def test_an_input_without_a_name_has_the_one_that_the_layers_know_it_by(tmp_path):
    inputs = keras.Input((4,))
    config = _recorded(tmp_path, keras.Model(inputs, keras.layers.Dense(2)(inputs)))
    (layer,) = config.topology
    assert layer.inputs == tuple(config.inputs)


def test_lambda_layers_and_arrays_are_named_not_kept(tmp_path):
    start = keras.initializers.Constant(np.arange(300.0))
    kept = keras.initializers.Constant(np.array([1.0, np.inf]))
    model = keras.Sequential(
        [
            keras.Input((2,)),
            layers.Lambda(lambda x: x, name="same"),
            layers.Dense(300, bias_initializer=start, name="wide"),
            layers.Dense(2, bias_initializer=kept, name="narrow"),
        ]
    )
    same, wide, narrow = _recorded(tmp_path, model).topology
    assert same.settings["function"] == "<lambda>"
    assert wide.initializers["bias"] == {"name": "Constant", "value": "300 values"}
    assert narrow.initializers["bias"] == {"name": "Constant", "value": [1.0, "Infinity"]}


@pytest.mark.parametrize(
    ("loss", "name", "from_logits"),
    [
        ("mse", "mean_squared_error", None),
        ("binary_crossentropy", "binary_crossentropy", False),
        (keras.losses.BinaryCrossentropy(from_logits=True, name="x"), "binary_crossentropy", True),
        (keras.losses.categorical_crossentropy, "categorical_crossentropy", False),
        (keras.losses.KLDivergence(), "kl_divergence", None),
        (keras.losses.CTC(), "ctc", None),
        (own_loss, "own_loss", None),
        (OwnLoss(), "own_loss", None),
        (functools.partial(own_loss, weight=2.0), "own_loss", None),
        (lambda labels, predictions: labels - predictions, "<lambda>", None),
    ],
)
def test_a_loss_has_the_name_of_keras_function_and_says_whether_it_takes_logits(
    tmp_path, loss, name, from_logits
):
    found = _recorded(tmp_path, _compiled(loss)).loss
    assert found["name"] == name
    assert found.get("from_logits") is from_logits


@pytest.mark.parametrize("form", [list, lambda both: {"head_0": both[0], "head_1": both[1]}])
def test_the_losses_of_several_outputs_are_a_list_in_their_order(tmp_path, form):
    config = _recorded(tmp_path, _compiled(form(["mse", "mae"]), outputs=2))
    assert [loss["name"] for loss in config.loss] == ["mean_squared_error", "mean_absolute_error"]
    assert config.outputs == ("head_0", "head_1")


def test_an_output_without_a_loss_is_null_in_the_list(tmp_path):
    config = _recorded(tmp_path, _compiled({"head_1": "mse"}, outputs=2))
    assert config.loss == (None, config.loss[1])
    assert config.loss[1]["name"] == "mean_squared_error"


def test_metrics_are_named_however_they_were_given(tmp_path):
    given = ["accuracy", keras.metrics.AUC(name="area"), keras.metrics.mean_squared_error]
    model = _compiled("mse", metrics=[given], weighted_metrics=["mae"])
    assert _recorded(tmp_path, model).metrics == ("accuracy", "area", "mean_squared_error", "mae")


def test_an_optimizer_that_a_model_holds_for_its_own_step_is_found(tmp_path):
    model = Twice()
    model.own = keras.optimizers.Adam(0.25)
    assert _recorded(tmp_path, model).optimizer["name"] == "Adam"


def test_parameters_add_up_to_those_of_the_model(tmp_path):
    inputs = keras.Input((6, 4))
    x = layers.Bidirectional(layers.LSTM(3))(inputs)
    x = layers.BatchNormalization()(x)
    model = keras.Model(inputs, layers.Dense(2)(x))
    config = _recorded(tmp_path, model)
    assert sum(layer.parameters for layer in config.topology) == model.count_params()
    cell = next(each for each in config.topology if each.name.endswith("forward_lstm/lstm_cell"))
    assert cell.initializers["recurrent"] == {"name": "Orthogonal", "gain": 1.0}
    assert cell.weights["recurrent_kernel"] == (3, 12)


class Scale(layers.Layer):
    def build(self, shape):
        self.scale = self.add_weight(shape=(), name="scale")
        self.matrix = self.add_weight(shape=(shape[-1], 3), name="matrix")
        self.again = self.add_weight(shape=(3,), name="matrix")

    def call(self, x):
        return self.scale * (x @ self.matrix) + self.again


def test_a_scalar_weight_counts_and_repeated_names_are_numbered(tmp_path):
    model = keras.Sequential([keras.Input((2,)), Scale()])
    (layer,) = _recorded(tmp_path, model).topology
    assert layer.parameters == model.count_params() == 10
    assert layer.weights == {"scale": (), "matrix": (2, 3), "matrix_1": (3,)}


def test_regularizers_are_described_with_their_weights(tmp_path):
    dense = layers.Dense(2, kernel_regularizer="l2", activity_regularizer=keras.regularizers.L1(3))
    (layer,) = _recorded(tmp_path, keras.Sequential([keras.Input((2,)), dense])).topology
    assert layer.regularizers["activity"] == {"name": "L1", "l1": 3.0}
    assert layer.regularizers["kernel"]["l2"] == pytest.approx(0.01)


def test_numbers_of_numpy_are_numbers_and_functions_are_named(tmp_path):
    balance = {np.int64(3): np.float32(0.5)}
    data = DataDescription(rows=np.int64(7), class_balance=balance)
    told = {"rate": np.float32(0.5), "note": "x" * 5000, "activation": keras.activations.relu}
    config = _recorded(tmp_path, _compiled("mse"), hparams=told, data=data)
    assert config.hparams == {"rate": 0.5, "note": "x" * 5000, "activation": "relu"}
    assert (config.data.rows, config.data.class_balance) == (7, {"3": 0.5})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1, 2], r"hparams\.given should be a string or .* not \[1, 2\]"),
        (None, r"hparams\.given should be a string or .* not None"),
        (Path("/data"), r"hparams\.given is PosixPath\('/data'\), not JSON; give it as text or"),
    ],
)
def test_an_argument_that_does_not_fit_is_refused_before_anything_is_written(
    value, message, tmp_path
):
    with pytest.raises(ConfigError, match=message):
        record(tmp_path / "run", _compiled("mse"), hparams={"given": value})
    assert not (tmp_path / "run").exists()


def test_a_configuration_that_is_there_is_not_recorded_again(tmp_path):
    assert record_if_absent(tmp_path, _compiled("mse")).loss["name"] == "mean_squared_error"
    before = (tmp_path / CONFIG_FILE).read_text()
    assert record_if_absent(tmp_path, _compiled("mae")) is None
    assert (tmp_path / CONFIG_FILE).read_text() == before
    assert len(list(tmp_path.glob("events.*"))) == 1


def test_a_folder_that_cannot_be_made_is_an_error_of_the_file_system(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        record_if_absent(tmp_path / "file" / "run", _compiled("mse"))


def test_no_field_reveals_who_ran_it(tmp_path):
    record(tmp_path, _compiled("mse"))
    document = json.loads((tmp_path / CONFIG_FILE).read_text())
    told = json.dumps({name: document[name] for name in ("host", "code", "packages", "program")})
    assert os.uname().nodename not in told
    assert getpass.getuser() not in told
    assert str(tmp_path) not in json.dumps(document)


def test_of_very_many_layers_every_one_is_kept(tmp_path):
    model = keras.Sequential([keras.Input((2,)), *(layers.Dense(2) for _ in range(300))])
    config = _recorded(tmp_path, model)
    assert len(config.topology) == 300
    assert config.topology[299].inputs == (config.topology[298].name,)
