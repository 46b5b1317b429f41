"""How far a run came from guessing to no error."""

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.metrics import accuracy_score, r2_score

from insight_lib.dissection.run.learning import falls_short, has_learnt, way_gone

RNG = np.random.default_rng(8)
TEN_CLASSES = {"data": {"class_balance": {str(one): 0.1 for one in range(10)}}}
OUTPUT = {"name": "out", "type": "Dense", "activation": "linear"}


def of_distance(units):
    topology = [OUTPUT | {"output_shape": [0, units]}]
    return {"outputs": ["out"], "loss": {"name": "mean_squared_error"}, "topology": topology}


def quantities(labels, losses, units=1):
    tags = {"mean": labels.mean(), "std": labels.std(), "min": labels.min(), "max": labels.max()}
    told = {f"train:label/{name}": [float(value)] * 3 for name, value in tags.items()}
    return {"scalars": {"train:epoch_loss": losses, **told}, "config": of_distance(units)}


def test_the_way_of_an_accuracy_is_that_from_the_best_constant(make_view):
    classes = np.arange(1000) % 10
    guessed = DummyClassifier().fit(classes[:, None], classes).predict(classes[:, None])
    guessing = accuracy_score(classes, guessed)
    scalars = {"train:epoch_loss": [2.3, 1.0, 0.9], "train:epoch_accuracy": [0.1, 0.4, 0.4]}
    view = make_view({"scalars": scalars, "config": TEN_CLASSES})
    assert way_gone(view) == pytest.approx((0.4 - guessing) / (1 - guessing))


def test_the_way_of_a_squared_error_is_the_share_of_variance_that_it_explains(make_view):
    labels = RNG.normal(3, 2, 500)
    outputs = labels + RNG.normal(0, 1, 500)
    view = make_view(quantities(labels, [float(((labels - outputs) ** 2).mean())] * 3))
    assert way_gone(view) == pytest.approx(r2_score(labels, outputs))
    mean = DummyRegressor().fit(labels[:, None], labels).predict(labels[:, None])
    view = make_view(quantities(labels, [float(((labels - mean) ** 2).mean())] * 3))
    assert way_gone(view) == pytest.approx(0)


def test_a_run_that_learnt_something_may_fall_short(make_view):
    scalars = {"train:epoch_loss": [2.3, 1.5, 1.1], "train:epoch_accuracy": [0.1, 0.4, 0.5]}
    view = make_view({"scalars": scalars, "config": TEN_CLASSES})
    assert has_learnt(view)
    assert falls_short(view)
    assert not falls_short(view, 0.4)


def test_what_is_not_known_falls_not_short(make_view):
    view = make_view({"scalars": {"train:epoch_loss": [2.3, 2.3, 2.3]}})
    assert way_gone(view) is None
    assert not falls_short(view)


def test_a_code_that_keeps_a_third_does_not_fall_short(make_view):
    labels = RNG.normal(0, 1, 500)
    view = make_view(quantities(labels, [0.9, 0.7, 0.66], units=64))
    assert not falls_short(view)
    assert falls_short(make_view(quantities(labels, [0.9, 0.7, 0.66])))
