"""Features of the findings so far."""

import math

import pytest

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.rules import RULES
from insight_lib.risk.features.feature import Seen
from insight_lib.risk.features.findings import APART, FAMILIES, FINDING_FEATURES, LEFT_OUT
from insight_lib.risk.features.looking import seen_at
from tests.risk.features.traced import layer, run_of

LOSS = {("train", "loss"): [(step, 1 / (step + 1)) for step in range(20)]}


def finding(rule, severity="error", confidence=1.0):
    return Finding(
        rule=rule, severity=severity, title="", evidence={}, advice="", confidence=confidence
    )


def known(*findings, scalars=LOSS, layers=()):
    seen = Seen(run_of(*layers, scalars=scalars), findings)
    values = {one.name: one.compute(seen) for one in FINDING_FEATURES}
    return {name: value for name, value in values.items() if math.isfinite(value)}


def test_every_rule_of_the_catalogue_is_in_one_family_or_left_out():
    grouped = [rule for rules in FAMILIES.values() for rule in rules]
    assert sorted([*grouped, *LEFT_OUT]) == sorted(rule.name for rule in RULES)
    assert set(APART) <= set(grouped)


def test_they_are_few():
    assert len(FINDING_FEATURES) <= 25


def test_the_gravest_and_surest_of_a_family_counts():
    found = known(
        finding("loss_diverged", "warning", 0.9),
        finding("loss_spike", "error", 0.5),
        finding("oscillating_loss", "info", 1.0),
    )
    assert found["finding_unstable_loss"] == 0.5
    assert (found["findings_errors"], found["findings_warnings"]) == (1, 1)
    assert found["findings_surest"] == 0.9
    assert found["findings_verdict"] == 1.0


def test_without_a_finding_all_that_is_known_is_zero():
    assert set(known().values()) == {0.0}


def test_what_tells_nothing_of_learning_does_not_count():
    assert known(finding("too_few_epochs"), finding("repeated_steps")) == known()


def test_of_layers_that_were_not_traced_nothing_is_known():
    assert "finding_dead_units" not in known()
    parts = layer("a", 0, steps=range(5))
    assert known(layers=parts)["finding_dead_units"] == 0
    assert known(finding("dead_units"), layers=parts)["finding_dead_units"] == 1


def test_a_run_of_which_nothing_can_be_judged_has_no_verdict():
    assert "findings_verdict" not in known(scalars={})


@pytest.mark.parametrize(("step", "expected"), [(10, 0.0), (40, 1.0)])
def test_only_what_was_found_by_the_cut_off_counts(step, expected):
    loss = [(at, 1.0 / (at + 1) if at < 20 else math.nan) for at in range(41)]
    seen = seen_at(run_of(scalars={("train", "loss"): loss}), step)
    values = {one.name: one.compute(seen) for one in FINDING_FEATURES}
    assert math.ceil(values["finding_non_finite"]) == expected
