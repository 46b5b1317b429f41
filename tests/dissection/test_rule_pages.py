"""The page of each rule: filled in from the thresholds in force, complete, and true."""

import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

from insight_lib.dissection.rule_pages import markdown_pages, rule_page, written
from insight_lib.dissection.rule_settings import changed
from insight_lib.dissection.rules import RULES
from tests.dissection.rule_cases import read_cases

DOCS = Path(__file__).parents[2] / "docs" / "rules.md"
BY_NAME = {rule.name: rule for rule in RULES}
WORDS = {
    "twice": 2,
    "thrice": 3,
    "three": 3,
    "four": 4,
    "five": 5,
    "eight": 8,
    "ten": 10,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "hundred": 100,
    "half": 1 / 2,
    "third": 1 / 3,
    "quarter": 1 / 4,
    "quarters": 3 / 4,
    "fifth": 1 / 5,
    "tenth": 1 / 10,
    "tenths": 9 / 10,
    "twentieth": 1 / 20,
    "hundredth": 1 / 100,
    "thousandth": 1 / 1000,
}
# Parts of a run by which code looks at it; no threshold says how large they are.
FIXED = re.compile(r"(first|second|last) (half|third|quarter|fifth)|ln 2")
A_NUMBER = re.compile(r"(\d+(?:\.\d+)?(?:e-?\d+)?)( %)?")
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


def numbers_in(text):
    """The numbers that stand in a text, in digits or words."""
    plain = FIXED.sub("", re.sub(r"\{[^}]*\}", "", text.replace("\n", " ")))
    digits = {float(n) / (100 if percent else 1) for n, percent in A_NUMBER.findall(plain)}
    return digits | {WORDS[word] for word in re.findall(r"[a-z]+", plain) if word in WORDS}


@every_rule
def test_every_threshold_says_where_its_value_comes_from(rule):
    without = [one.name for one in fields(rule.thresholds) if not one.metadata.get("source")]
    assert not without, f"declare them as threshold(VALUE, source=...) in rules/{rule.name}.py"


@every_rule
def test_no_condition_repeats_the_value_of_a_threshold(rule):
    values = {getattr(rule.thresholds, one.name) for one in fields(rule.thresholds)}
    condition = rule.documentation.partition("**Looks for**")[2].partition("**What to do**")[0]
    repeated = numbers_in(condition) & values
    assert not repeated, f"write the threshold's name in braces in rules/{rule.name}.py"


@every_rule
def test_every_threshold_that_a_page_names_changes_it(rule):
    page = rule_page(rule)
    for named in set(re.findall(r"\{(\w+)", rule.documentation)):
        value = getattr(rule.thresholds, named)
        other = replace(rule, thresholds=replace(rule.thresholds, **{named: value * 3}))
        assert replace(rule_page(other), thresholds=page.thresholds) != page


@every_rule
def test_every_page_is_whole_and_has_no_braces_left(rule):
    page = rule_page(rule)
    texts = (page.summary, page.looks_for, page.why_it_matters, page.what_to_do)
    assert all(texts)
    assert not re.search(r"[{}]|\*\*", "".join(texts))


@every_rule
def test_the_example_of_a_page_is_said_of_a_case(rule, make_view):
    firing = [case for case in read_cases(rule.name) if case["expected"]]
    said = [one.title for case in firing for one in rule.findings(make_view(case))]
    assert rule.example in said, f"set example in rules/{rule.name}.py to one of {said}"


def test_a_threshold_that_a_user_sets_stands_in_the_page():
    page = rule_page(changed(BY_NAME["blind_spot"], {"blind_spot": {"ratio": 1e-4}}))
    assert "by less than 0.0001 of what" in page.looks_for
    assert (page.thresholds[0].name, page.thresholds[0].value) == ("ratio", 1e-4)


def test_a_paragraph_and_each_point_of_a_list_is_one_line():
    lines = rule_page(BY_NAME["stuck_at_chance"]).looks_for.splitlines()
    assert [line[:3] for line in lines] == ["an ", "", "* e", "* i", "", "in "]


@pytest.mark.parametrize(
    ("value", "text"), [(3, "3"), (0.95, "0.95"), (1e-5, "1e-5"), (1800.0, "1,800"), (0.0, "0")]
)
def test_a_threshold_is_written_for_people(value, text):
    assert written(value) == text


def test_the_written_pages_are_those_of_the_catalogue():
    assert DOCS.read_text(encoding="utf-8") == markdown_pages(RULES), "run `make docs`"
