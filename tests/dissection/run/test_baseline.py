"""What guessing gives, against the best constant that a search over all labels finds."""

import keras
import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar
from sklearn.metrics import log_loss

from insight_lib.dissection.run.guessing.baseline import guess, guessing_accuracy, guessing_loss
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.tracer.batches import label_scalars

RNG = np.random.default_rng(7)


def run_of(labels, *, loss, units, batch=16, scalars=None):
    """Describe a run that was traced on all batches of some labels."""
    batches = [labels[at : at + batch] for at in range(0, len(labels), batch)]
    traced = [label_scalars({"y": batch}) for batch in batches]
    names = sorted({name for one in traced for name in one})
    told = {f"train:{name}": [one.get(name, float("nan")) for one in traced] for name in names}
    layer = {"name": "out", "type": "Dense", "activation": "linear", "output_shape": [0, units]}
    config = {"outputs": ["out"], "topology": [layer], "loss": {"name": loss}}
    return {"scalars": told | (scalars or {}), "config": config}


def best_constant(cost, labels):
    """Return the mean, over the columns, of the least mean cost of a constant."""
    bounds = (labels.min() - 1, labels.max() + 1)
    columns = labels.reshape(len(labels), -1).T
    options = {"xatol": 1e-9}
    return np.mean(
        [
            minimize_scalar(
                lambda c, y=y: cost(y, c).mean(), bounds=bounds, method="bounded", options=options
            ).fun
            for y in columns
        ]
    )


SKEWED = np.exp(RNG.normal(0, 0.8, 4096))
NORMAL = RNG.normal(3, 2, (4096, 3))
DISTANCES = {
    "mean_squared_error": lambda y, c: (y - c) ** 2,
    "mean_absolute_error": lambda y, c: np.abs(y - c),
    "huber": lambda y, c: np.where(abs(y - c) < 1, (y - c) ** 2 / 2, abs(y - c) - 0.5),
    "log_cosh": lambda y, c: np.log(np.cosh(y - c)),
}
POSITIVE = {
    "mean_absolute_percentage_error": lambda y, c: 100 * np.abs((y - c) / y),
    "mean_squared_logarithmic_error": lambda y, c: (np.log1p(y) - np.log1p(np.maximum(c, 0))) ** 2,
}


@pytest.mark.parametrize("loss", DISTANCES)
def test_of_normal_labels_every_distance_of_the_best_constant_is_known(make_view, loss):
    found = guessing_loss(make_view(run_of(NORMAL, loss=loss, units=3)))
    assert found == pytest.approx(best_constant(DISTANCES[loss], NORMAL), rel=0.03)


@pytest.mark.parametrize("loss", DISTANCES | POSITIVE)
def test_of_skewed_labels_it_is_near(make_view, loss):
    found = guessing_loss(make_view(run_of(SKEWED, loss=loss, units=1, batch=32)))
    wanted = best_constant((DISTANCES | POSITIVE)[loss], SKEWED)
    assert found == pytest.approx(wanted, rel=0.2 if loss in {"huber", "log_cosh"} else 0.05)


def test_in_batches_of_one_a_squared_error_and_an_absolute_one_are_known(make_view):
    for loss in ("mean_squared_error", "mean_absolute_error"):
        found = guessing_loss(make_view(run_of(NORMAL[:, 0], loss=loss, units=1, batch=1)))
        assert found == pytest.approx(best_constant(DISTANCES[loss], NORMAL[:, 0]), rel=0.03)


def test_of_rows_of_numbers_a_batch_of_one_tells_nothing(make_view):
    case = run_of(NORMAL, loss="mean_squared_error", units=3, batch=1)
    assert guessing_loss(make_view(case)) is None


@pytest.mark.parametrize("batch", [1, 4, 64])
def test_imbalanced_classes_have_the_entropy_of_their_shares_whatever_the_batch(make_view, batch):
    labels = RNG.choice(10, 4096, p=[0.55] + [0.05] * 9)
    shares = np.bincount(labels) / labels.size
    wanted = log_loss(labels, np.tile(shares, (labels.size, 1)))
    sparse = run_of(labels, loss="sparse_categorical_crossentropy", units=10, batch=batch)
    one_hot = run_of(np.eye(10)[labels], loss="categorical_crossentropy", units=10, batch=batch)
    for case in (sparse, one_hot):
        assert guessing_loss(make_view(case)) == pytest.approx(wanted)
        assert guessing_accuracy(make_view(case)) == pytest.approx(shares.max())


def test_each_of_several_labels_has_its_own_rate(make_view):
    labels = (RNG.random((2048, 8)) < [0.7] + [0.2] * 6 + [0.0]).astype(float)
    wanted = np.mean([log_loss(y, np.full(y.size, y.mean()), labels=[0, 1]) for y in labels.T])
    view = make_view(run_of(labels, loss="binary_crossentropy", units=8))
    assert guessing_loss(view) == pytest.approx(wanted)
    assert guessing_accuracy(view) is None
    squared = make_view(run_of(labels, loss="mean_squared_error", units=8))
    assert guessing_loss(squared) == pytest.approx(labels.var(axis=0).mean(), rel=0.1)
    absolute = make_view(run_of(labels, loss="mean_absolute_error", units=8))
    assert guessing_loss(absolute) == pytest.approx(labels.mean(0).clip(max=0.3).mean(), abs=0.02)


def test_hinges_of_two_sides_and_of_classes_are_known(make_view):
    sides = np.where(RNG.random(2048) < 0.7, 1.0, -1.0)
    costs = {
        "hinge": lambda y, c: np.maximum(0, 1 - y * c),
        "squared_hinge": lambda y, c: np.maximum(0, 1 - y * c) ** 2,
    }
    for loss, cost in costs.items():
        found = guessing_loss(make_view(run_of(sides, loss=loss, units=1)))
        assert found == pytest.approx(best_constant(cost, sides), rel=1e-3)
    classes = np.eye(4)[RNG.choice(4, 2048, p=[0.6, 0.2, 0.1, 0.1])]
    found = guessing_loss(make_view(run_of(classes, loss="categorical_hinge", units=4)))
    assert found == pytest.approx(2 * (1 - classes.mean(axis=0).max()))


def test_sorted_labels_do_not_tell_what_the_data_are(make_view):
    labels = np.repeat(np.arange(4), 64)
    case = run_of(labels, loss="sparse_categorical_crossentropy", units=4)
    assert guessing_accuracy(make_view(case)) is None


def test_to_rise_to_the_share_of_the_largest_class_is_not_to_learn(make_view):
    labels = (np.arange(512) % 4 > 0).astype(float)

    def learnt(losses, accuracies):
        steps = {"train:epoch_loss": losses, "train:epoch_accuracy": accuracies}
        case = run_of(labels, loss="binary_crossentropy", units=1, scalars=steps)
        return has_learnt(make_view(case))

    assert not learnt([1.1, 0.8, 0.6, 0.57, 0.565], [0.3, 0.5, 0.7, 0.75, 0.75])
    assert learnt([1.1, 0.8, 0.5, 0.45, 0.4], [0.3, 0.5, 0.7, 0.8, 0.85])


def test_keras_accuracy_of_several_labels_does_not_show_learning(make_view):
    labels = (RNG.random((512, 4)) < 0.4).astype(float)
    steps = {"train:epoch_loss": [0.9, 0.7, 0.68], "train:epoch_accuracy": [0.2, 0.6, 0.96]}
    case = run_of(labels, loss="binary_crossentropy", units=4, scalars=steps)
    assert not has_learnt(make_view(case))
    binary = {"train:epoch_loss": [0.9, 0.7, 0.68], "train:epoch_binary_accuracy": [0.2, 0.6, 0.96]}
    case = run_of(labels, loss="binary_crossentropy", units=4, scalars=binary)
    assert has_learnt(make_view(case))


def least_cost(loss, labels, outputs, start):
    """Return the least of a loss of Keras over one answer that is the same for every example."""
    told = np.asarray(labels, np.float32)

    def cost(logits):
        answers = np.tile(outputs(logits), (len(told), 1)).astype(np.float32)
        return float(loss(told.reshape(len(told), -1), answers))

    return minimize(cost, start, method="Nelder-Mead", options={"maxiter": 400}).fun


def run_under(loss, labels, units, scalars=None):
    case = run_of(labels, loss="?", units=units, scalars=scalars)
    case["config"]["loss"] = loss.get_config() | {"name": loss.name}
    return case


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum()


def sigmoid(logits):
    return 1 / (1 + np.exp(-logits))


ONE_HOT = np.eye(3)[RNG.choice(3, 512, p=[0.5, 0.3, 0.2])]
TWO_SIDES = (RNG.random(512) < 0.3).astype(float)
COUNTS = RNG.poisson(2.0, 512).astype(float)


@pytest.mark.parametrize(
    ("loss", "labels", "outputs"),
    [
        (keras.losses.CategoricalFocalCrossentropy(), ONE_HOT, softmax),
        (keras.losses.CategoricalFocalCrossentropy(alpha=1.0, gamma=1.0), ONE_HOT, softmax),
        (keras.losses.CategoricalCrossentropy(label_smoothing=0.2), ONE_HOT, softmax),
        (keras.losses.CosineSimilarity(), ONE_HOT, softmax),
        (keras.losses.BinaryFocalCrossentropy(), TWO_SIDES, sigmoid),
        (keras.losses.BinaryFocalCrossentropy(apply_class_balancing=True), TWO_SIDES, sigmoid),
        (keras.losses.BinaryCrossentropy(label_smoothing=0.2), TWO_SIDES, sigmoid),
        (keras.losses.Poisson(), COUNTS, np.exp),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_the_loss_of_guessing_is_that_of_the_best_constant_in_keras(
    make_view, loss, labels, outputs
):
    units = 1 if labels.ndim == 1 else labels.shape[1]
    found = guess(make_view(run_under(loss, labels, units)))
    wanted = least_cost(loss, labels, outputs, np.zeros(units))
    assert found.cost == pytest.approx(wanted, rel=2e-3)


@pytest.mark.parametrize(
    ("loss", "labels"),
    [
        (keras.losses.CategoricalCrossentropy(label_smoothing=0.2), ONE_HOT),
        (keras.losses.CosineSimilarity(), ONE_HOT),
        (keras.losses.Poisson(), COUNTS[:, None]),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_loss_that_never_is_zero_is_judged_between_its_least_and_guessing(
    make_view, loss, labels
):
    smoothing = 0.2 if "crossentropy" in loss.name else 0.0
    told = ((1 - smoothing) * labels + smoothing / labels.shape[1]).astype(np.float32)
    least = float(loss(labels.astype(np.float32), told))
    cost = guess(make_view(run_under(loss, labels, labels.shape[1]))).cost

    def learnt(share):
        end = least + share * (cost - least)
        steps = {"train:epoch_loss": [9.0, 5.0, end, end, end]}
        return has_learnt(make_view(run_under(loss, labels, labels.shape[1], steps)))

    assert [learnt(share) for share in (1.0, 0.8, 0.7, 0.1)] == [False, False, True, True]


def test_of_positive_quantities_the_least_poisson_loss_follows_from_their_variance(make_view):
    labels = RNG.gamma(9, 1 / 3, 512)
    wanted = float(keras.losses.Poisson()(labels[:, None], labels[:, None]))
    case = run_under(keras.losses.Poisson(), labels, 1)
    found = guess(make_view(case))
    assert found.least == pytest.approx(wanted, abs=0.1 * (found.cost - wanted))
