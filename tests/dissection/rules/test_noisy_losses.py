"""Losses that fall in correlated noise raise no alarm, whatever their length; flat ones do."""

import numpy as np
import pytest

from insight_lib.dissection.dissect import dissect
from insight_lib.dissection.run.view import RunView
from insight_lib.series.series import Series

LENGTHS = (10, 30, 200, 2_000, 20_000)
RUNS = 12
RULES_OF_CURVES = {"loss_not_decreasing", "learning_lost", "oscillating_loss", "collapsed"} | {
    "loss_spike"
}


def autoregression(size, generator, spread):
    """Return noise of which each value keeps 0.6 of the one before."""
    noise = generator.normal(0, spread * 0.8, size)
    for place in range(1, size):
        noise[place] += 0.6 * noise[place - 1]
    return noise


def alarms(*losses):
    """Return the rules that raise an alarm on a training loss, and a validation loss after it."""
    steps = np.arange(losses[0].size, dtype=np.int64)
    names = ("train_loss", "val_loss")[: len(losses)]
    scalars = {(".", tag): Series(steps, one) for tag, one in zip(names, losses, strict=True)}
    view = RunView("logs/run", scalars, {}, None, {})
    return {finding.rule for finding in dissect([view]) if finding.severity != "info"}


@pytest.mark.parametrize("shape", ["exponential", "power", "in two steps"])
def test_a_noisy_loss_that_falls_is_quiet(shape):
    generator = np.random.default_rng(5)
    found = [
        alarms(falling(shape, size) * np.exp(autoregression(size, generator, 0.1)))
        for size in LENGTHS
        for _ in range(RUNS)
    ]
    assert sum(map(bool, found)) <= 0.03 * len(found)


def falling(shape, size):
    """Return a curve from 1 to 0.3."""
    run = np.linspace(0, 1, size)
    left = {
        "exponential": np.exp(-5 * run),
        "power": (1 + 9 * run) ** -1.0,
        "in two steps": 0.5 * np.exp(-20 * run) + 0.5 / (1 + np.exp(30 * (run - 0.5))),
    }[shape]
    return 0.3 + 0.7 * left


@pytest.mark.parametrize("size", LENGTHS[1:])
def test_a_noisy_loss_that_stays_where_it_was_is_found(size):
    generator = np.random.default_rng(6)
    found = [alarms(3e5 * np.exp(generator.normal(0, 0.04, size))) for _ in range(RUNS)]
    assert sum("loss_not_decreasing" in each for each in found) >= 0.75 * RUNS


@pytest.mark.parametrize("size", LENGTHS[1:])
def test_a_noisy_loss_that_gives_back_what_it_gained_is_found(size):
    generator = np.random.default_rng(7)
    for _ in range(3):
        values = np.where(np.linspace(0, 1, size) < 0.6, falling("exponential", size), 0.85)
        found = alarms(values * np.exp(generator.normal(0, 0.03, size)))
        assert found <= RULES_OF_CURVES
        assert "learning_lost" in found


def test_the_lowest_of_many_noisy_validation_losses_is_no_level():
    generator, size = np.random.default_rng(8), 2_000
    for _ in range(8):
        level = 10 * falling("exponential", size)
        noise = np.exp(generator.normal(0, 0.5, (2, size)))
        assert "overfitting" not in alarms(level * noise[0], 1.2 * level * noise[1])
