"""Findings stand under their causes."""

import json

from insight_lib.report.read.findings import findings_by_run, flat, worst


def after(rule, layer=""):
    return {"caused_by": rule, "caused_by_layer": layer}


def tree(found):
    return [(each.rule, [next_.rule for next_ in each.consequences]) for each in found]


def test_consequences_stand_beneath_the_end_of_their_chain(rows_of):
    table = rows_of(
        "findings",
        {"rule": "stuck", **after("nan_loss"), "severity": "error"},
        {"rule": "nan_loss", **after("explosion")},
        {"rule": "explosion"},
        {"rule": "overfitting", "severity": "warning"},
    )
    found = findings_by_run(table)["zoo/a"]
    assert tree(found) == [("explosion", ["nan_loss", "stuck"]), ("overfitting", [])]


def test_a_cause_that_did_not_fire_hides_nothing(rows_of):
    found = findings_by_run(rows_of("findings", {"rule": "stuck", **after("absent")}))["zoo/a"]
    assert tree(found) == [("stuck", [])]


def test_findings_that_cause_each_other_are_all_shown_once(rows_of):
    table = rows_of(
        "findings",
        {"rule": "a", **after("b"), "severity": "warning"},
        {"rule": "b", **after("c")},
        {"rule": "c", **after("b"), "severity": "info"},
        {"rule": "d", **after("d"), "severity": "info"},
    )
    found = findings_by_run(table)["zoo/a"]
    assert sorted(each.rule for each in flat(found)) == ["a", "b", "c", "d"]
    assert tree(found) == [("b", ["a", "c"]), ("d", [])]


def test_each_layer_of_a_rule_is_a_finding_and_one_of_them_the_cause(rows_of):
    table = rows_of(
        "findings",
        {"rule": "dead", "layer": "two", "first_step": 4},
        {"rule": "dead", "layer": "one", "first_step": 2},
        {"rule": "stuck", **after("dead", "two")},
        {"rule": "dead", "layer": "three", "first_step": 5, **after("dead", "two")},
    )
    found = findings_by_run(table)["zoo/a"]
    assert [(each.layer, len(each.consequences)) for each in found] == [("one", 0), ("two", 2)]


def test_a_mild_cause_of_a_bad_consequence_comes_first(rows_of):
    table = rows_of(
        "findings",
        {"rule": "w", "severity": "warning", "first_step": 0},
        {"rule": "i", "severity": "info", "first_step": 9},
        {"rule": "e", "severity": "error", **after("i")},
    )
    found = findings_by_run(table)["zoo/a"]
    assert [each.rule for each in found] == ["i", "w"]
    assert worst(found) == "error"
    assert worst(()) is None


def test_evidence_is_named_numbers_or_the_text_as_it_is(rows_of):
    table = rows_of(
        "findings",
        {"rule": "a", "evidence": json.dumps({"ratio": 1e-7, "series": [1, 2]})},
        {"rule": "b", "evidence": "{broken"},
        {"rule": "c", "evidence": "{}"},
    )
    evidence = {each.rule: each.evidence for each in findings_by_run(table)["zoo/a"]}
    assert evidence["a"] == (("ratio", "1e-07"), ("series", "1, 2"))
    assert evidence["b"] == (("evidence", "{broken"),)
    assert evidence["c"] == ()
