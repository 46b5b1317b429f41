"""A callback that ends a training which is going to fail, on real small trainings."""

from datetime import UTC, datetime

import keras
import numpy as np
import pytest

from insight_lib.errors import InputError
from insight_lib.lake.tables import open_lake
from insight_lib.risk.registry.registration import register_trained
from insight_lib.risk.watching.cadence import EVERY_EPOCH_UNTIL, LookCadence
from insight_lib.risk.watching.stop_when_doomed import StopWhenDoomed
from insight_lib.tracer import TensorTracer
from tests.risk.handmade import bundle_of

EPOCHS = 6
# Of NaN losses the share is 1, of finite ones 0.
OF_NAN = bundle_of(intercept=-4.0, loss_nonfinite=40.0)


def train(*callbacks, learning_rate):
    """Train a regression for some epochs; return how many there were and the model."""
    keras.utils.set_random_seed(0)
    inputs = np.random.default_rng(0).normal(size=(64, 4))
    layers = [keras.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)]
    model = keras.Sequential(layers)
    model.compile(keras.optimizers.SGD(learning_rate), "mse")
    history = model.fit(
        inputs, inputs[:, 0], epochs=EPOCHS, batch_size=16, verbose=0, callbacks=list(callbacks)
    )
    return len(history.epoch)


@pytest.fixture(autouse=True)
def shipped(ships):
    return ships(OF_NAN)


def test_a_training_that_is_lost_is_stopped_with_the_reason(tmp_path):
    callback = StopWhenDoomed(risk=0.95)
    with pytest.warns(UserWarning, match=r"this training is stopped: the risk of run is \d+ %"):
        epochs = train(TensorTracer(tmp_path / "run"), callback, learning_rate=1e6)
    assert epochs < EPOCHS
    assert callback.advice.stop
    assert callback.sight.probability > 0.95
    assert "training loss" in callback.advice.why


def test_a_healthy_training_goes_on_to_its_end(tmp_path):
    callback = StopWhenDoomed(risk=0.95)
    assert train(TensorTracer(tmp_path / "run"), callback, learning_rate=0.01) == EPOCHS
    assert not callback.advice.stop
    assert callback.sight.probability < 0.5


def test_advice_alone_stops_nothing(tmp_path):
    callback = StopWhenDoomed(risk=0.95, advise_only=True)
    with pytest.warns(UserWarning, match="this training should be stopped: "):
        epochs = train(TensorTracer(tmp_path / "run"), callback, learning_rate=1e6)
    assert epochs == EPOCHS
    assert callback.advice.stop


def test_a_directory_may_be_named(tmp_path):
    callback = StopWhenDoomed(tmp_path / "run", risk=0.95)
    with pytest.warns(UserWarning, match="is stopped"):
        epochs = train(TensorTracer(tmp_path / "run"), callback, learning_rate=1e6)
    assert epochs < EPOCHS


def test_the_model_of_a_lake_decides_where_one_is_named(tmp_path):
    lake = open_lake(tmp_path / "lake", create=True)
    with pytest.raises(InputError, match="has no risk model yet"):
        StopWhenDoomed(lake=lake.root)
    calm = bundle_of(intercept=-4.0)
    register_trained(lake, calm, adopted=True, why="by hand", now=datetime.now(UTC))
    callback = StopWhenDoomed(risk=0.95, lake=lake.root)
    assert train(TensorTracer(tmp_path / "run"), callback, learning_rate=1e6) == EPOCHS
    assert callback.sight.probability < 0.05


def test_without_a_tracer_and_a_directory_it_says_what_to_do():
    with pytest.raises(InputError, match="add TensorTracer to the callbacks"):
        train(StopWhenDoomed(risk=0.95), learning_rate=0.01)


def test_where_nothing_can_be_read_it_warns_once_and_the_training_goes_on(tmp_path):
    with pytest.warns(UserWarning, match="StopWhenDoomed looks no more: ") as warned:
        epochs = train(StopWhenDoomed(tmp_path / "nothing"), learning_rate=0.01)
    assert epochs == EPOCHS
    assert len([one for one in warned if "looks no more" in str(one.message)]) == 1


@pytest.mark.parametrize("risk", [0.0, 1.1, "high"])
def test_a_risk_that_is_none_is_refused(risk):
    with pytest.raises(InputError, match="a number above 0 and at most 1"):
        StopWhenDoomed(risk=risk)


def test_looks_come_at_every_first_epoch_and_then_at_rising_gaps():
    cadence = LookCadence()
    looked = [epoch for epoch in range(1, 1001) if cadence.is_due(epoch)]
    assert looked[:EVERY_EPOCH_UNTIL] == list(range(1, EVERY_EPOCH_UNTIL + 1))
    assert len(looked) < 120
    # What looks cost grows with the epochs: in all no more than some twenty of the last.
    assert sum(looked) < 25 * looked[-1]
