"""Every threshold is guarded from both sides: a moderate change of it makes one of its cases fail.

A count is changed by one, a share above a half in what it leaves to the whole, all else itself: by
a quarter. So each threshold has a case just below it and one just above.
"""

from dataclasses import fields, replace

import pytest

from insight_lib.dissection.rules import RULES
from tests.dissection.rule_cases import CASES_DIR, read_cases, said

FACTOR = 1.25
SERIES = ("train:epoch_loss", "validation:epoch_loss", "train:epoch_accuracy")


def neighbours(value):
    """Return a moderately smaller and a moderately larger threshold."""
    if isinstance(value, int):
        return value - 1, value + 1
    if 0.5 < value < 1:
        return 1 - (1 - value) * FACTOR, 1 - (1 - value) / FACTOR
    return value / FACTOR, value * FACTOR


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_case_notices_each_threshold_that_moves_down_or_up(rule, make_view):
    cases = [(case, make_view(case)) for case in read_cases(rule.name)]
    unnoticed = [
        f"{field.name} = {other:g} instead of {value:g}"
        for field in fields(rule.thresholds)
        for value in [getattr(rule.thresholds, field.name)]
        for other in neighbours(value)
        if _holds(replace(rule, thresholds=replace(rule.thresholds, **{field.name: other})), cases)
    ]
    path = CASES_DIR / f"{rule.name}.toml"
    assert not unnoticed, f"write a case that lies between the two to {path}: {unnoticed}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@pytest.mark.filterwarnings("error")
def test_a_rule_computes_something_of_the_least_that_a_threshold_may_be(rule, make_view):
    runs = [{"scalars": dict.fromkeys(SERIES, [1.0, 0.9, 0.95, 0.8][:n])} for n in range(1, 5)]
    views = [make_view(case) for case in (*runs, *read_cases(rule.name))]
    for field in fields(rule.thresholds):
        least = field.type(field.metadata["least"])
        lowest = replace(rule, thresholds=replace(rule.thresholds, **{field.name: least}))
        for view in views:
            list(lowest.findings(view))


def _holds(rule, cases):
    """Whether a rule says of every case what it expects."""
    return all(said(rule, view, case) == case["expected"] for case, view in cases)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(5, (4, 6)), (2.0, (1.6, 2.5)), (0.5, (0.4, 0.625)), (0.9, (0.875, 0.92)), (1.0, (0.8, 1.25))],
)
def test_a_moderate_change_is_one_of_a_count_and_a_quarter_of_all_else(value, expected):
    assert neighbours(value) == pytest.approx(expected)
