"""Causes before symptoms."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.dissection.findings.cause_graph import CAUSES
from insight_lib.dissection.findings.causes import link
from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.findings.severity import SEVERITIES
from insight_lib.dissection.rules import RULES

BASE = Finding(
    run_id="run",
    severity="error",
    title="title",
    first_step=0,
    last_step=100,
    evidence={},
    advice="advice",
)
MISMATCH = "output_loss_mismatch"


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


def test_from_an_exploding_gradient_over_weights_and_loss_to_a_run_that_is_stuck():
    exploded = finding("exploding_gradient", "out", 5)
    weights = finding("non_finite_tensors", "a", 6)
    broken, stuck = finding("non_finite_loss", first=6), finding("loss_not_decreasing")
    dead = finding("dead_units", "a", 5, depth=0)
    ranked = link([stuck, dead, broken, weights, exploded])
    assert ranked[0].rule == "exploding_gradient"
    assert {(one.rule, one.caused_by, one.caused_by_layer) for one in ranked} == {
        ("exploding_gradient", None, None),
        ("non_finite_tensors", "exploding_gradient", "out"),
        ("non_finite_loss", "non_finite_tensors", "a"),
        ("dead_units", "exploding_gradient", "out"),
        ("loss_not_decreasing", "non_finite_loss", ""),
    }


def causes_of_gradient_and_loss(loss_broke_at, *, loss_broke_first):
    """The cause of a gradient that broke at step 6 and that of a loss, of one run."""
    tensors = finding("non_finite_tensors", "out", 6, loss_broke_first=loss_broke_first)
    found = causes_of(finding("non_finite_loss", first=loss_broke_at), tensors)
    return found["non_finite_tensors", "out"], found["non_finite_loss", ""]


def test_a_logarithm_of_zero_in_the_loss_comes_before_the_gradients_that_it_breaks():
    found = causes_of_gradient_and_loss(6, loss_broke_first=True)
    assert found == ("non_finite_loss", None)


def test_a_gradient_that_is_not_finite_while_the_loss_still_is_comes_first():
    found = causes_of_gradient_and_loss(7, loss_broke_first=False)
    assert found == (None, "non_finite_tensors")


def test_from_a_poor_initialisation_over_dead_units_to_a_blind_spot():
    constant = finding("constant_initialisation", "b", depth=1)
    dead = finding("dead_units", "b", depth=1, passes_nothing=True)
    above = finding("dead_units", "c", depth=2, passes_nothing=True)
    blind = finding("blind_spot", "a", severity="warning", depth=0)
    ranked = link([blind, above, dead, constant])
    assert ranked[0].rule == "constant_initialisation"
    assert {(one.rule, one.layer): (one.caused_by, one.caused_by_layer) for one in ranked} == {
        ("constant_initialisation", "b"): (None, None),
        ("dead_units", "b"): ("constant_initialisation", "b"),
        ("dead_units", "c"): ("constant_initialisation", "b"),
        ("blind_spot", "a"): ("dead_units", "b"),
    }


def test_from_a_wide_initialisation_over_saturation_to_a_vanishing_gradient_and_stuck():
    wide = finding("large_initialisation", "b", severity="warning", depth=1)
    saturated = finding("saturated_units", "b", depth=1)
    vanishing = finding("vanishing_gradient", "a", depth=0, layers=("a",))
    stuck = finding("loss_not_decreasing")
    ranked = link([stuck, vanishing, saturated, wide])
    assert ranked[0].rule == "large_initialisation"
    assert {one.rule: one.caused_by for one in ranked} == {
        "large_initialisation": None,
        "saturated_units": "large_initialisation",
        "vanishing_gradient": "saturated_units",
        "loss_not_decreasing": "vanishing_gradient",
    }


def test_a_wide_layer_saturates_no_layer_below_it():
    wide = finding("large_initialisation", "b", depth=1)
    below = finding("saturated_units", "a", depth=0)
    assert causes_of(wide, below)["saturated_units", "a"] is None


def test_from_clipping_over_small_updates_to_a_run_that_is_stuck():
    clipped = finding("clipped_gradient", severity="warning")
    small = finding("small_updates", severity="warning")
    stuck = finding("loss_not_decreasing")
    assert causes_of(stuck, small, clipped) == {
        ("clipped_gradient", ""): None,
        ("small_updates", ""): "clipped_gradient",
        ("loss_not_decreasing", ""): "small_updates",
    }


def test_from_clipping_to_a_run_whose_loss_stays_at_chance():
    clipped = finding("clipped_gradient", severity="warning")
    slow = finding("learning_rate_too_low", severity="warning")
    stuck, chance = finding("loss_not_decreasing"), finding("stuck_at_chance")
    assert causes_of(chance, stuck, clipped) == {
        ("clipped_gradient", ""): None,
        ("loss_not_decreasing", ""): "clipped_gradient",
        ("stuck_at_chance", ""): "loss_not_decreasing",
    }
    assert causes_of(chance, clipped)["stuck_at_chance", ""] == "clipped_gradient"
    assert causes_of(chance, slow, clipped) == {
        ("clipped_gradient", ""): None,
        ("learning_rate_too_low", ""): "clipped_gradient",
        ("stuck_at_chance", ""): "learning_rate_too_low",
    }


def test_a_note_explains_no_alarm():
    note = finding("large_initialisation", "b", severity="info", depth=1)
    saturated = finding("saturated_units", "b", depth=1)
    assert causes_of(note, saturated)["saturated_units", "b"] is None


def test_what_began_later_is_no_cause():
    dead = finding("dead_units", "a", 5)
    exploded = finding("exploding_gradient", "a", 9)
    assert causes_of(dead, exploded)["dead_units", "a"] is None


def test_an_explosion_began_with_the_update_that_brought_it_about():
    dead = finding("dead_units", "a", 1)
    exploded = finding("exploding_gradient", "a", 3, origin_step=0)
    assert causes_of(dead, exploded)["dead_units", "a"] == "exploding_gradient"


def test_a_warning_does_not_explain_that_nothing_is_learnt():
    half_dead = finding("dead_units", "a", severity="warning")
    assert causes_of(half_dead, finding("loss_not_decreasing"))["loss_not_decreasing", ""] is None


def test_a_dead_layer_explains_what_lies_below_it_and_not_what_lies_elsewhere():
    dead = finding("dead_units", "b", depth=3, passes_nothing=True)
    below = finding("blind_spot", "a", depth=0)
    own = finding("blind_spot", "b", depth=3)
    above = finding("blind_spot", "d", depth=7)
    found = causes_of(dead, below, own, above)
    assert found["blind_spot", "a"] == found["blind_spot", "b"] == "dead_units"
    assert found["blind_spot", "d"] is None


def test_a_layer_that_is_half_dead_explains_no_other_layer():
    dead = finding("dead_units", "b", depth=3)
    below = finding("blind_spot", "a", depth=0)
    assert causes_of(dead, below)["blind_spot", "a"] is None


def test_a_dead_layer_explains_the_dead_layer_above_it():
    lower = finding("dead_units", "a", depth=0, passes_nothing=True)
    upper = finding("dead_units", "b", depth=1, passes_nothing=True)
    found = causes_of(upper, lower)
    assert (found["dead_units", "a"], found["dead_units", "b"]) == (None, "dead_units")


def test_a_vanishing_gradient_explains_the_layers_that_it_starves():
    vanishing = finding("vanishing_gradient", "a", layers=("a", "b"))
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


def test_a_mild_root_of_a_bad_consequence_stands_before_a_bad_finding_that_began_later():
    wide = finding("large_initialisation", "b", 0, severity="warning", depth=1)
    exploded, other = finding("exploding_gradient", "b", 3), finding("overfitting", first=2)
    ranked = [one.rule for one in link([other, exploded, wide])]
    assert ranked == ["large_initialisation", "overfitting", "exploding_gradient"]


some_findings = st.lists(
    st.builds(
        lambda rule, layer, first, severity, depth, known: finding(
            rule, layer, first, severity=severity, depth=depth, **known
        ),
        st.sampled_from([rule.name for rule in RULES]),
        st.sampled_from(["", "a", "b", "c"]),
        st.integers(0, 2),
        st.sampled_from(SEVERITIES),
        st.integers(0, 2),
        st.fixed_dictionaries(
            {},
            optional={
                "passes_nothing": st.booleans(),
                "loss_broke_first": st.booleans(),
                "layers": st.just(("a", "b", "c")),
            },
        ),
    ),
    max_size=12,
    unique_by=lambda one: (one.rule, one.layer),
)


@given(findings=some_findings)
def test_whatever_fired_every_chain_of_causes_ends_and_no_finding_is_lost(findings):
    linked = {(one.rule, one.layer): one for one in link(findings)}
    assert linked.keys() == {(one.rule, one.layer) for one in findings}
    for start in linked.values():
        passed, one = set(), start
        while one.caused_by is not None:
            assert (one.rule, one.layer) not in passed
            passed.add((one.rule, one.layer))
            one = linked[one.caused_by, one.caused_by_layer]


@pytest.mark.parametrize("rule", ["dead_units", "saturated_units"])
def test_of_layers_whose_units_die_alike_the_lowest_is_the_root(rule):
    layers = [finding(rule, name, depth=2 - place) for place, name in enumerate("abc")]
    assert causes_of(*layers) == {(rule, "c"): None, (rule, "b"): rule, (rule, "a"): rule}


@pytest.mark.parametrize("rule", ["dead_units", "saturated_units"])
def test_of_layers_whose_units_die_the_first_is_the_root_wherever_it_lies(rule):
    first, later = finding(rule, "b", 1, depth=1), finding(rule, "a", 5, depth=0)
    assert causes_of(first, later) == {(rule, "b"): None, (rule, "a"): rule}


@pytest.mark.parametrize(
    ("cause", "effect"),
    [
        ("small_initialisation", "dead_units"),
        ("constant_inputs", "dead_units"),
        ("activation_scale", "exploding_gradient"),
        ("activation_scale", "learning_rate_too_high"),
        ("activation_scale", "initial_loss"),
        ("large_initialisation", "vanishing_gradient"),
        ("large_initialisation", "overfitting"),
        ("saturated_units", "overfitting"),
        ("dead_units", "learning_rate_too_low"),
        ("dead_units", "small_updates"),
        ("learning_rate_too_low", "plateau"),
        ("unsuited_sgd", "underfitting"),
    ],
)
def test_what_the_start_or_a_blocked_layer_brings_about_is_no_root(cause, effect):
    found = causes_of(
        finding(cause, "a", severity="warning", depth=0, layers=("a",), passes_nothing=True),
        finding(effect, severity="warning", first=1),
    )
    assert found == {(cause, "a"): None, (effect, ""): cause}


@pytest.mark.parametrize("rule", ["too_few_epochs", "unsuited_sgd", "loss_not_decreasing"])
@pytest.mark.parametrize(("severity", "expected"), [("warning", None), ("error", MISMATCH)])
def test_a_loss_that_suits_ill_explains_no_lack_of_training_but_one_that_teaches_nothing_does(
    severity, expected, rule
):
    mismatch = finding(MISMATCH, "out", severity=severity)
    assert causes_of(mismatch, finding(rule, severity="warning"))[rule, ""] == expected


def test_what_a_rule_adds_about_the_run_stands_behind_what_it_says_of_a_layer():
    on_run, on_layer = finding(MISMATCH), finding(MISMATCH, "out")
    assert [found.layer for found in link([on_run, on_layer])] == ["out", ""]


def test_outputs_that_grow_once_the_gradient_has_exploded_follow_from_it():
    exploded = finding("exploding_gradient", "b", 3)
    grown = finding("activation_scale", "b", 5, severity="warning", depth=0)
    assert causes_of(exploded, grown)["activation_scale", "b"] == "exploding_gradient"


@pytest.mark.parametrize("rule", CAUSES)
def test_every_rule_of_the_graph_is_in_the_catalogue(rule):
    names = {rule.name for rule in RULES}
    assert names >= {rule, *CAUSES[rule]}


@pytest.mark.parametrize("cause", ["small_initialisation", "dropout_too_high"])
def test_a_loss_that_stays_follows_from_what_kept_the_layers_from_learning(cause):
    stuck = finding("loss_not_decreasing")
    assert causes_of(stuck, finding(cause, "a", severity="warning")) == {
        (cause, "a"): None,
        ("loss_not_decreasing", ""): cause,
    }


@pytest.mark.parametrize(
    ("cause", "effect"),
    [
        ("missing_flatten", "predicts_mean"),
        ("missing_flatten", "too_few_epochs"),
        ("too_narrow", "dead_units"),
        ("too_narrow", "stuck_at_chance"),
        ("linear_hidden_layers", "too_few_epochs"),
        ("softmax_hidden_layers", "vanishing_gradient"),
        ("softmax_hidden_layers", "unsuited_sgd"),
        ("batch_too_large", "too_few_epochs"),
        ("batch_too_large", "underfitting"),
        ("batch_too_small", "learning_rate_too_high"),
        ("batch_too_small", "dead_units"),
        ("batch_too_small", "plateau"),
    ],
)
def test_what_the_network_or_the_batch_brings_about_is_no_root(cause, effect):
    found = causes_of(
        finding(cause, severity="warning"), finding(effect, "b", severity="warning", first=1)
    )
    assert found == {(cause, ""): None, (effect, "b"): cause}
