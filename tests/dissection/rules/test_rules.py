"""Every rule of the catalogue on its cases: what it must see and what it must not."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from insight_lib.dissection import rules
from insight_lib.dissection.findings.severity import SEVERITIES
from insight_lib.dissection.rules import RULES
from insight_lib.fault_types import FaultType
from tests.dissection.rule_cases import CASES_DIR, read_cases, said

ALL_CASES = [
    pytest.param(rule, case, id=f"{rule.name}: {case['name']}")
    for rule in RULES
    for case in read_cases(rule.name)
]


@pytest.mark.parametrize(("rule", "case"), ALL_CASES)
def test_a_rule_says_of_each_case_what_the_case_expects(rule, case, make_view):
    assert said(rule, make_view(case), case) == case["expected"]


@pytest.mark.parametrize(("rule", "case"), ALL_CASES)
def test_what_a_rule_says_is_complete_and_within_its_declaration(rule, case, make_view):
    view = make_view(case)
    for finding in rule.findings(view):
        assert finding.rule == rule.name
        assert finding.run_id == view.run_id
        assert SEVERITIES.index(finding.severity) <= SEVERITIES.index(rule.severity)
        assert finding.layer in finding.title
        assert finding.layer in finding.advice
        assert any(digit.isdigit() for digit in finding.title)
        assert finding.first_step <= finding.last_step
        assert 0 < finding.confidence <= 1
        assert finding.evidence
        assert finding.fault_type in FaultType
        assert finding.remedy is None or finding.remedy["from"] != finding.remedy["to"]


@pytest.mark.parametrize("rule", [r for r in RULES if r.of_layers], ids=lambda rule: rule.name)
def test_a_rule_of_layers_says_nothing_without_them(rule, make_view):
    for view in map(make_view, read_cases(rule.name)):
        assert not list(rule.check(replace(view, layers={}), rule.thresholds))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_declares_what_has_to_change(rule):
    assert isinstance(rule.fault_type, FaultType)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_a_firing_and_a_quiet_case(rule):
    fires = {bool(case["expected"]) for case in read_cases(rule.name)}
    path = CASES_DIR / f"{rule.name}.toml"
    assert fires == {True, False}, f"write a firing and a quiet case of {rule.name} in {path}"


def test_every_case_file_belongs_to_a_rule_of_the_catalogue():
    assert {path.stem for path in CASES_DIR.iterdir()} == {rule.name for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0], ids=str)
def test_a_run_of_nothing_but_one_number_does_not_crash_a_rule(rule, value, make_view):
    kinds = ("weight", "gradient", "update", "activation")
    case = {
        "scalars": {"train:loss": [value] * 8, "validation:loss": [value] * 8},
        "layers": [
            {"layer": f"l{depth}", "depth": depth, "kind": kind, "l2": [abs(value)] * 8}
            | {"update_ratio": [value] * 8, "dead_fraction": [value] * 8}
            for kind in kinds
            for depth in range(4)
        ],
    }
    list(rule.findings(make_view(case)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_run_of_one_step_has_no_finding_but_a_loss_that_is_not_finite(rule, make_view):
    case = {
        "scalars": {"train:loss": [np.inf]},
        "layers": [
            {"layer": layer, "kind": kind, "l2": [1e9]}
            for layer in ("a", "b")
            for kind in ("weight", "gradient", "update", "activation")
        ],
    }
    found = [finding.rule for finding in rule.findings(make_view(case))]
    assert found == (["non_finite_loss"] if rule.name == "non_finite_loss" else [])


def test_every_module_of_the_catalogue_is_listed():
    folder = Path(rules.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "rule"}
    unlisted = modules - {rule.name for rule in RULES}
    assert not unlisted, f"add {sorted(unlisted)} to the imports and to RULES in {rules.__file__}"
