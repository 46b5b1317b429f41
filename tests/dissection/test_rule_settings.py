"""Thresholds of rules from a settings file."""

from dataclasses import fields

import pytest

from insight_lib.dissection.dissect import dissect
from insight_lib.dissection.rule_settings import catalogue, read_changes
from insight_lib.dissection.rules import RULES
from insight_lib.errors import ConfigError, InputError


@pytest.fixture
def read(tmp_path):
    def write_and_read(text):
        path = tmp_path / "insight.toml"
        path.write_text(text, encoding="utf-8")
        return read_changes(path)

    return write_and_read


@pytest.fixture
def slow_layer(make_view):
    """A layer that moves a hundred times less than its peer."""
    tensors = [
        {"layer": "slow", "kind": "update", "update_ratio": [1e-5] * 4},
        {"layer": "fast", "depth": 1, "kind": "update", "update_ratio": [1e-3] * 4},
    ]
    return make_view({"layers": tensors})


def test_a_threshold_that_is_set_is_used_and_the_others_stay(read, slow_layer):
    rules = catalogue(read("[rules.blind_spot]\nratio = 0.1\n"))
    assert [finding.layer for finding in dissect([slow_layer], rules)] == ["slow"]
    assert dissect([slow_layer]) == []
    (changed,) = [rule for rule in rules if rule.name == "blind_spot"]
    (usual,) = [rule for rule in RULES if rule.name == "blind_spot"]
    assert changed.thresholds.step_share == usual.thresholds.step_share
    assert [rule for rule in rules if rule is not changed] == [
        rule for rule in RULES if rule is not usual
    ]


def test_a_rule_that_is_not_enabled_is_left_out(read):
    rules = catalogue(read("[rules.overfitting]\nenabled = false\n"))
    assert {rule.name for rule in RULES} - {rule.name for rule in rules} == {"overfitting"}


def test_a_file_without_rules_differs_from_one_that_resets_them(read):
    assert read('[predictions.columns]\nlabel = "y"\n') is None
    assert read("[rules]\n") == {}
    assert catalogue({}) == RULES


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[rules.blind]", "there is no rule blind; the rules are output_loss_mism"),
        ("[rules.blind_spot]\nration = 1", "rules.blind_spot.ration is not known; the fields are "),
        ('[rules.blind_spot]\nratio = "a"', "rules.blind_spot.ratio should be a number, not 'a'"),
        ("[rules.blind_spot]\nratio = true", "ratio should be a number, not True"),
        ("[rules.blind_spot]\nmin_steps = 1.5", "min_steps should be a whole number, not 1.5"),
        ("[rules.blind_spot]\nenabled = 0", "enabled should be true or false, not 0"),
        ("[rules]\nblind_spot = 3", "rules.blind_spot should be a section, not 3"),
        ("rules = 3", "rules should be a section, not 3"),
        ("[rules.blind_spot]\nratio = nan", "blind_spot.ratio should be finite and not below 0"),
        ("[rules.blind_spot]\nratio = inf", "not below 0, not inf"),
        ("[rules.blind_spot]\nratio = -1e-4", "not below 0, not -0.0001"),
        ("[rules.blind_spot]\nmin_steps = -1", "blind_spot.min_steps should be finite and not"),
        ("[rules.plateau]\nmin_points = 2", "rules.plateau.min_points should be at least 3, not 2"),
        ("[rule.blind_spot]", "rule is not known; the sections are predictions, rules"),
    ],
)
def test_what_does_not_fit_is_named_with_what_there_is(read, text, named):
    with pytest.raises(InputError, match=r"insight\.toml") as error:
        read(text)
    assert named in str(error.value)


def test_all_that_does_not_fit_is_named_at_once(read):
    with pytest.raises(InputError) as error:
        read("[rules.a]\n[rules.blind_spot]\nb = 1\nratio = []\n")
    said = str(error.value)
    assert all(part in said for part in ("no rule a", "blind_spot.b is", "ratio should be"))


def test_a_file_that_is_no_toml_is_refused(read):
    with pytest.raises(ConfigError, match="is not valid TOML"):
        read("[rules")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_threshold_is_a_number(rule):
    assert all(field.type in (int, float) for field in fields(rule.thresholds))
