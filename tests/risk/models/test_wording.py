"""Sentences of reasons, as people read them."""

import math

import pytest

from insight_lib.risk.models.wording import Described, said, sentence_of

UPDATES = Described(
    "update_ratio_median",
    "updates",
    0,
    "updates over weights, in powers of ten",
    "the updates are {value} of the weights",
    "decades",
)
GAP = Described("val_gap", "gap", 1, "gap of the validation loss (positive: worse)", "", "number")


def test_a_feature_says_its_clause_and_what_healthy_runs_have():
    found = sentence_of(UPDATES, -6.0, -3.0)
    assert found == "the updates are 1e-6 of the weights; healthy runs have about 1e-3"


def test_without_a_clause_the_meaning_is_named_without_its_remark():
    assert (
        sentence_of(GAP, 0.52, 0.1)
        == "gap of the validation loss is 0.52; healthy runs have about 0.1"
    )


def test_values_close_to_each_other_are_told_apart():
    assert sentence_of(GAP, 0.1234, 0.1231).endswith("is 0.1234; healthy runs have about 0.1231")


def test_where_no_healthy_run_is_known_only_the_value_is_said():
    assert sentence_of(GAP, 0.5, math.nan) == "gap of the validation loss is 0.5"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (-6.0, "decades", "1e-6"),
        (-2.7, "decades", "2e-3"),
        (0.0, "decades", "1"),
        (2.0, "decades", "100"),
        (6.0, "decades", "1e6"),
        (0.124, "share", "12 %"),
        (0.0, "share", "0 %"),
        (1.0, "share", "100 %"),
        (-0.3, "change", "-30 %"),
        (0.251, "change", "+25 %"),
        (120.0, "number", "120"),
    ],
)
def test_numbers_are_said_as_people_do(value, unit, text):
    assert said(value, unit) == text


@pytest.mark.parametrize("feature", [UPDATES, GAP])
@pytest.mark.parametrize("value", [-6.0, 0.0, 0.3])
def test_the_internal_name_is_never_in_it(feature, value):
    assert feature.name not in sentence_of(feature, value, 0.1)
