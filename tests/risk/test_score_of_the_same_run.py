"""What is the same training has the same risk, whoever wrote it and however it was named."""

from dataclasses import replace

import numpy as np
import pytest

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.features.catalogue import features_of
from insight_lib.risk.features.looking import seen_at
from insight_lib.risk.models.matrix import FeatureMatrix
from insight_lib.risk.registry.default_model import default_model
from insight_lib.series.series import Series
from tests.risk.features.traced import layer, run_of

STEPS = np.arange(0, 400, 5)
SHARE = 0.25

MOST_MOVED = 0.05
"""Of a probability, by another name, unit of the loss or order: so much `insight watch` tells."""
MOST_MOVED_BY_CADENCE = 0.15
"""By half of the points, which are noisy."""


def losses(fall: float, factor: float = 1.0) -> Floats:
    noise = np.random.default_rng(3).normal(size=STEPS.size)
    return factor * (0.3 + 2 * np.exp(-fall * STEPS / 200)) * np.exp(0.05 * noise)


def points(values: Floats, every: int = 1):
    return list(zip(STEPS.tolist(), values.tolist(), strict=True))[::every]


def training(
    fall: float, *, names=("dense_1", "dense_2"), factor=1.0, every=1, stream="train", update=1e-3
) -> RunView:
    tensors = [
        one
        for depth, name in enumerate(names)
        for one in layer(name, depth, steps=STEPS[::every], seed=depth, update=update)
    ]
    scalars = {
        (stream, "loss"): points(losses(fall, factor), every),
        ("validation", "loss"): points(1.1 * losses(fall, factor), 10),
    }
    return run_of(*tensors, scalars=scalars)


def probability(run: RunView) -> float:
    model = default_model()
    known = features_of(seen_at(run, run.last_step or 0))
    values = np.array([[known.get(name, np.nan) for name in model.feature_names]])
    matrix = FeatureMatrix(("run",), model.feature_names, values)
    return float(model.score(matrix, np.array([SHARE]), with_reasons=False).probability[0])


FALLS = pytest.mark.parametrize("fall", [1.0, 0.05])


@FALLS
def test_the_names_of_layers_do_not_matter(fall):
    renamed = probability(training(fall, names=("encoder/block_7/fc", "z")))
    assert renamed == pytest.approx(probability(training(fall)), abs=MOST_MOVED)


@FALLS
def test_the_unit_of_the_loss_does_not_matter(fall):
    larger = probability(training(fall, factor=10.0))
    assert larger == pytest.approx(probability(training(fall)), abs=MOST_MOVED)


@FALLS
def test_the_name_of_the_stream_does_not_matter(fall):
    other = probability(training(fall, stream="training"))
    assert other == pytest.approx(probability(training(fall)), abs=MOST_MOVED)


@FALLS
def test_half_of_the_points_say_nearly_the_same(fall):
    fewer = probability(training(fall, every=2))
    assert fewer == pytest.approx(probability(training(fall)), abs=MOST_MOVED_BY_CADENCE)


@FALLS
def test_the_order_of_what_was_written_does_not_matter(fall):
    run = training(fall)
    turned = replace(
        run,
        scalars=dict(reversed(run.scalars.items())),
        layers=dict(reversed(run.layers.items())),
    )
    assert probability(turned) == pytest.approx(probability(run), abs=MOST_MOVED)


def test_what_comes_later_does_not_matter():
    run = training(1.0)
    cut = 200
    lost = {
        key: Series(one.steps, np.where(one.steps > cut, np.nan, one.values))
        for key, one in run.scalars.items()
    }
    known, spoiled = (seen_at(each, cut) for each in (run, replace(run, scalars=lost)))
    assert features_of(known) == features_of(spoiled)


def test_a_run_that_learns_has_less_risk_than_one_that_stands_still():
    assert probability(training(1.0)) < probability(training(0.0, update=1e-8)) - 0.2
