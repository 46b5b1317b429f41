"""How many classes loss and accuracy of a guessing model tell of; scikit-learn guesses."""

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.metrics import accuracy_score, log_loss

from insight_lib.dissection.run.data.inferred_classes import inferred_classes
from insight_lib.dissection.run.guessing.baseline import guessing_accuracy, guessing_loss

EXAMPLES, POINTS = 3000, 8


def guesses(classes):
    """Return what a model that knows nothing but the number of classes is measured at."""
    labels = np.arange(EXAMPLES) % classes
    inputs = np.zeros((EXAMPLES, 1))
    losses, accuracies = [], []
    for seed in range(POINTS):
        model = DummyClassifier(strategy="uniform", random_state=seed).fit(inputs, labels)
        losses.append(log_loss(labels, model.predict_proba(inputs)))
        accuracies.append(accuracy_score(labels, model.predict(inputs)))
    return losses, accuracies


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_a_model_that_guesses_tells_the_number_of_its_classes(make_view, classes):
    losses, accuracies = guesses(classes)
    view = make_view({"scalars": {".:train_loss": losses, ".:train_acc": accuracies}})
    assert inferred_classes(view) == classes
    assert guessing_loss(view) == pytest.approx(losses[0])
    assert guessing_accuracy(view) == pytest.approx(1 / classes)


def test_many_classes_are_told_roughly(make_view):
    losses, accuracies = guesses(100)
    view = make_view({"scalars": {".:train_loss": losses, ".:train_acc": accuracies}})
    assert guessing_loss(view) == pytest.approx(losses[0], rel=0.05)


def test_validation_alone_tells_it_too(make_view):
    losses, accuracies = guesses(4)
    view = make_view({"scalars": {".:val_loss": losses, ".:val_acc": accuracies}})
    assert inferred_classes(view) == 4


def test_a_model_that_began_by_guessing_tells_it_when_it_has_learnt(make_view):
    scalars = {".:loss": [2.3, 1.0, 0.5, 0.2, 0.1], ".:accuracy": [0.11, 0.7, 0.85, 0.94, 0.97]}
    assert inferred_classes(make_view({"scalars": scalars})) == 10


@pytest.mark.parametrize(
    "scalars",
    [
        {".:loss": [0.69] * 5},
        {".:accuracy": [0.5] * 5},
        {".:loss": [0.5, 0.4, 0.3, 0.2, 0.1], ".:accuracy": [0.8, 0.9, 0.92, 0.95, 0.96]},
        {".:loss": [0.0] * 5, ".:accuracy": [0.0] * 5},
        {".:loss": [-3.0] * 5, ".:accuracy": [0.1] * 5},
        {".:loss": [np.nan] * 5, ".:accuracy": [np.nan] * 5},
        {
            ".:d_loss": [0.69] * 5,
            ".:g_loss": [0.7] * 5,
            ".:loss": [0.69] * 5,
            ".:accuracy": [0.5] * 5,
        },
        {".:loss": [0.69] * 5, ".:accuracy": [0.5] * 5, ".:episode_reward": [1.0] * 5},
    ],
    ids=["no accuracy", "no loss", "learnt", "zeros", "negative", "NaN", "a GAN", "returns"],
)
def test_nothing_else_does(make_view, scalars):
    assert inferred_classes(make_view({"scalars": scalars})) is None


def test_a_recorded_loss_of_quantities_has_no_classes(make_view):
    scalars = {".:loss": [0.69] * 5, ".:accuracy": [0.5] * 5}
    config = {"loss": {"name": "mean_squared_error"}}
    assert guessing_loss(make_view({"scalars": scalars, "config": config})) is None
