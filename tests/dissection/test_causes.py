"""Causes before symptoms."""

from dataclasses import replace

from insight_lib.dissection.causes import CAUSES, link
from insight_lib.dissection.finding import Finding
from insight_lib.dissection.rules import RULES

BASE = Finding("run", "", "", "error", "title", 0, 100, {}, "advice", 1.0)


def finding(rule, layer="", first=0, **changes):
    return replace(BASE, rule=rule, layer=layer, first_step=first, **changes)


def causes_of(*findings):
    return {(one.rule, one.layer): one.caused_by for one in link(findings)}


def test_a_loss_that_is_not_finite_follows_from_a_gradient_that_exploded_before():
    exploded, broken = finding("exploding_gradient", "a", 5), finding("non_finite_loss", first=6)
    stuck = finding("loss_not_decreasing")
    assert causes_of(stuck, broken, exploded) == {
        ("exploding_gradient", "a"): None,
        ("non_finite_loss", ""): "exploding_gradient",
        ("loss_not_decreasing", ""): "non_finite_loss",
    }


def test_what_began_later_is_no_cause():
    dead = finding("dead_units", "a", 5)
    exploded = finding("exploding_gradient", "a", 9)
    assert causes_of(dead, exploded)["dead_units", "a"] is None


def test_an_explosion_began_with_the_update_that_brought_it_about():
    dead = finding("dead_units", "a", 1)
    evidence = {"first_step_of_oversized_update": 0}
    exploded = finding("exploding_gradient", "a", 3, evidence=evidence)
    assert causes_of(dead, exploded)["dead_units", "a"] == "exploding_gradient"


def test_a_warning_does_not_explain_that_nothing_is_learnt():
    half_dead = finding("dead_units", "a", severity="warning", evidence={"dead_share": 0.5})
    assert causes_of(half_dead, finding("loss_not_decreasing"))["loss_not_decreasing", ""] is None


def test_a_dead_layer_explains_what_lies_below_it_and_not_what_lies_elsewhere():
    dead = finding("dead_units", "b", evidence={"dead_share": 1.0, "depth": 3})
    below = finding("blind_spot", "a", evidence={"depth": 0})
    own = finding("blind_spot", "b", evidence={"depth": 3})
    above = finding("blind_spot", "d", evidence={"depth": 7})
    found = causes_of(dead, below, own, above)
    assert found["blind_spot", "a"] == found["blind_spot", "b"] == "dead_units"
    assert found["blind_spot", "d"] is None


def test_a_layer_that_is_half_dead_explains_no_other_layer():
    dead = finding("dead_units", "b", evidence={"dead_share": 0.6, "depth": 3})
    below = finding("blind_spot", "a", evidence={"depth": 0})
    assert causes_of(dead, below)["blind_spot", "a"] is None


def test_a_dead_layer_explains_the_dead_layer_above_it():
    lower = finding("dead_units", "a", evidence={"dead_share": 1.0, "depth": 0})
    upper = finding("dead_units", "b", evidence={"dead_share": 1.0, "depth": 1})
    found = causes_of(upper, lower)
    assert (found["dead_units", "a"], found["dead_units", "b"]) == (None, "dead_units")


def test_a_vanishing_gradient_explains_the_layers_that_it_starves():
    vanishing = finding("vanishing_gradient", "a", evidence={"layers": ["a", "b"]})
    starved, frozen = finding("blind_spot", "b"), finding("blind_spot", "embedding")
    found = causes_of(vanishing, starved, frozen)
    assert found["blind_spot", "b"] == "vanishing_gradient"
    assert found["blind_spot", "embedding"] is None


def test_roots_come_first_then_the_worst_then_the_earliest():
    late, early = finding("overfitting", first=9), finding("exploding_gradient", "a", 2)
    mild = finding("blind_spot", "z", 0, severity="warning")
    follows = finding("non_finite_loss", first=3)
    ranked = [one.rule for one in link([mild, follows, late, early])]
    assert ranked == ["exploding_gradient", "overfitting", "blind_spot", "non_finite_loss"]


def test_every_rule_of_the_graph_is_in_the_catalogue_and_none_is_its_own_ancestor_by_others():
    names = {rule.name for rule in RULES}
    assert names >= set(CAUSES) | {cause for causes in CAUSES.values() for cause in causes}

    def ancestors(rule, seen):
        for cause in CAUSES.get(rule, ()):
            if cause != rule and cause not in seen:
                ancestors(cause, seen | {cause})
            assert cause == rule or rule not in CAUSES.get(cause, ())

    for name in names:
        ancestors(name, set())
