"""The number of classes by the loss and the accuracy of guessing."""

import numpy as np
import pytest

from insight_lib.series.classes import inferred_classes
from insight_lib.series.classify import classify
from tests.series.runs import run_of


def inferred(**given):
    run = run_of(**given)
    return inferred_classes(run, classify(run))


@pytest.mark.parametrize("classes", [2, 3, 4, 5, 10, 20, 100, 1000])
def test_a_model_that_guesses_says_how_many_classes_there_are(classes):
    rng = np.random.default_rng(classes)
    # Each accuracy is of 100,000 examples.
    hits = rng.binomial(100_000, 1 / classes, 20) / 100_000
    found = inferred(train_loss=np.log(classes) + rng.normal(0, 0.001, 20), train_acc=hits)
    assert found.classes == pytest.approx(classes, rel=0.05)
    assert found.accuracy_level == pytest.approx(1 / classes, rel=0.1)


def test_the_start_of_a_run_that_learns_says_it_too():
    found = inferred(loss=[2.31, 2.30, 2.2, 1.0, 0.2], accuracy=[0.1, 0.11, 0.1, 0.6, 0.9])
    assert found.classes == 10


@pytest.mark.parametrize(
    ("loss", "accuracy"),
    [
        ([2.3, 2.3, 2.3], [0.5, 0.5, 0.5]),
        ([0.05, 0.04, 0.03], [0.98, 0.99, 0.99]),
        ([1e12, 1e11, 1e10], [0.5, 0.5, 0.5]),
        ([0.25, 0.25, 0.25], [0.5, 0.5, 0.5]),
        ([np.nan, np.nan], [0.5, 0.5]),
        ([-1.0, -2.0], [0.5, 0.5]),
    ],
)
def test_what_does_not_agree_says_nothing(loss, accuracy):
    assert inferred(loss=loss, accuracy=accuracy) is None


def test_without_an_accuracy_nothing_is_said():
    assert inferred(loss=[2.3, 2.3, 2.3]) is None


def test_the_validation_says_it_where_training_has_no_accuracy():
    found = inferred(train_loss=[0.7, 0.7], val_loss=[1.39, 1.38], val_acc=[0.25, 0.25])
    assert (found.classes, found.loss) == (4, (".", "val_loss"))
