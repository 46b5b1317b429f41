"""What an effect takes over from its causes."""

import pytest

from insight_lib.dissection.findings.causes import link
from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.findings.remedy import remedy
from insight_lib.fault_types import FaultType

LOWER = remedy("learning_rate", 0.001, old=0.01)
UNIFORM = remedy("kernel_initializer", "glorot_uniform", layer="dense_1")


def finding(rule, fault_type, change=None, layer="", advice="Do this. Then that."):
    return Finding(
        run_id="run",
        rule=rule,
        layer=layer,
        severity="error",
        title="title",
        first_step=0,
        last_step=100,
        evidence={},
        advice=advice,
        fault_type=fault_type,
        remedy=change,
    )


SMALL = finding("small_initialisation", FaultType.INITIALISATION, UNIFORM, "dense_1")
SLOW = finding("learning_rate_too_low", FaultType.LEARNING_RATE, LOWER)
STUCK = finding("loss_not_decreasing", FaultType.OTHER)
CHANCE = finding("stuck_at_chance", FaultType.EPOCH)


def of_rule(rule, *findings):
    return next(one for one in link(findings) if one.rule == rule)


@pytest.mark.parametrize("rule", ["learning_rate_too_low", "loss_not_decreasing"])
def test_effects_of_every_depth_ask_for_the_change_of_their_root(rule):
    effect = of_rule(rule, STUCK, SLOW, SMALL)
    assert (effect.fault_type, effect.remedy) == (FaultType.INITIALISATION, UNIFORM)


def test_the_advice_of_an_effect_names_its_root_and_what_to_change_there():
    small = finding(
        "small_initialisation",
        FaultType.INITIALISATION,
        layer="dense_1",
        advice="Initialise layer dense_1 with a deviation of 0.05. Or normalise it.",
    )
    assert of_rule("loss_not_decreasing", STUCK, SLOW, small).advice == (
        "Follows from small_initialisation of layer dense_1: Initialise layer dense_1 with a "
        "deviation of 0.05."
    )


def test_the_advice_on_an_effect_of_the_run_names_no_layer():
    said = of_rule("loss_not_decreasing", STUCK, SLOW).advice
    assert said == "Follows from learning_rate_too_low: Do this."


@pytest.mark.parametrize("name", ["fault_type", "remedy", "advice"])
def test_a_root_keeps_its_own(name):
    root = of_rule("small_initialisation", STUCK, SLOW, SMALL)
    assert getattr(root, name) == getattr(SMALL, name)


def test_an_effect_whose_root_names_no_part_keeps_its_own():
    effect = of_rule("stuck_at_chance", STUCK, CHANCE)
    assert effect.caused_by == "loss_not_decreasing"
    assert (effect.fault_type, effect.advice) == (FaultType.EPOCH, CHANCE.advice)


def test_of_a_root_that_names_no_part_the_next_cause_that_does_is_taken():
    spike = finding("non_finite_tensors", FaultType.OTHER, layer="a")
    broken = finding("non_finite_loss", FaultType.LEARNING_RATE, LOWER)
    effect = of_rule("loss_not_decreasing", STUCK, broken, spike)
    assert (effect.fault_type, effect.remedy) == (FaultType.LEARNING_RATE, LOWER)


def test_a_root_without_a_remedy_leaves_that_of_another_part_to_nobody():
    small = finding("small_initialisation", FaultType.INITIALISATION, layer="dense_1")
    assert of_rule("learning_rate_too_low", SLOW, small).remedy is None


def test_a_root_without_a_remedy_lets_its_effect_say_how_the_same_part_changes():
    jump = finding("learning_rate_jump", FaultType.LEARNING_RATE)
    high = finding("learning_rate_too_high", FaultType.LEARNING_RATE, LOWER)
    assert of_rule("learning_rate_too_high", high, jump).remedy == LOWER
