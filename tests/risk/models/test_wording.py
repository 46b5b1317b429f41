"""Sentences of reasons, as people read them."""

import math
from dataclasses import replace

import pytest

from insight_lib.risk.features.catalogue import FEATURES
from insight_lib.risk.features.curves_optimizer import OPTIMIZER_FEATURES
from insight_lib.risk.features.curves_train_loss import TRAIN_LOSS_FEATURES
from insight_lib.risk.models.saying import said
from insight_lib.risk.models.wording import Described, described, sentence_of

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


def test_a_layer_takes_the_place_of_one_layer_and_comes_before_the_layer_that():
    one = replace(UPDATES, say="the updates of <one layer> are {value} of its weights")
    assert sentence_of(one, -6.0, -3.0) == (
        "the updates of one layer are 1e-6 of its weights; healthy runs have about 1e-3"
    )
    assert sentence_of(one, -6.0, -3.0, "cell[0]/{value}") == (
        "the updates of `cell[0]/{value}` are 1e-6 of its weights; healthy runs have about 1e-3"
    )
    most = replace(
        UPDATES, say="in <the layer that moves most>, updates are {value} of the weights"
    )
    assert sentence_of(most, 0.0, math.nan, "dense_1") == (
        "in `dense_1`, the layer that moves most, updates are 1 of the weights"
    )


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
        (-0.5, "change", "-67 %"),
        (-1.0, "change", "-100 %"),
        (1 / 3, "change", "+100 %"),
        (1.0, "change", "over +9900 %"),
        (120.0, "number", "120"),
        (1 / 6, "times", "1.4 times"),
        (-0.5, "times", "0.33 times"),
        (0.0, "times", "1.0 times"),
        (1.0, "times", "over 100 times"),
        (-1.0, "times", "less than 0.01 times"),
        (0.75, "squashed", "3 times"),
        (-0.75, "squashed", "3 times"),
        (-1.0, "doubling", "by 50 %"),
        (2.0, "doubling", "to 4 times as much"),
        (-0.9, "trend", "steadily"),
        (0.2, "trend", "slightly"),
        (-0.3, "signed_share", "30 %"),
    ],
)
def test_numbers_are_said_as_people_do(value, unit, text):
    assert said(value, unit) == text


@pytest.mark.parametrize("feature", [UPDATES, GAP])
@pytest.mark.parametrize("value", [-6.0, 0.0, 0.3])
def test_the_internal_name_is_never_in_it(feature, value):
    assert feature.name not in sentence_of(feature, value, 0.1)


LOSS = Described(
    "loss_change",
    "train_loss",
    1,
    "change of the loss",
    "the loss [fell {value}|hardly changed|rose {value}]",
    "change",
)
SCORE = replace(LOSS, say="the score [got better|hardly changed|got worse]", unit="number")
TREND = replace(LOSS, say="the loss [{value} falls|is level|{value} rises]", unit="trend")
SIGNS = replace(LOSS, say="the rules see [no sign|signs|clear signs] of it", unit="share")
CLIPPED = replace(LOSS, say="the gradient is [not clipped|clipped]", unit="flag")
LINEAR = replace(
    LOSS,
    say="[all layers have an activation|{value} of the layers have none|the layers have none]",
    unit="share",
)


@pytest.mark.parametrize(
    ("feature", "value", "healthy", "sentence"),
    [
        (
            LOSS,
            -0.1,
            -0.5,
            "the loss fell by 18 %; in healthy runs it fell by 67 %",
        ),
        (
            LOSS,
            0.5,
            -0.5,
            "the loss rose to 3 times as much; in healthy runs it fell by 67 %",
        ),
        (
            LOSS,
            0.0,
            -1.0,
            "the loss hardly changed; in healthy runs it fell by over 99 %",
        ),
        (SCORE, -0.1, -0.5, "the score got better, but less so than in healthy runs"),
        (SCORE, -0.5, -0.1, "the score got better, and more so than in healthy runs"),
        (SCORE, 0.1, -0.5, "the score got worse; in healthy runs it got better"),
        (SCORE, 0.001, 0.0, "the score hardly changed, about as in healthy runs"),
        (TREND, 0.3, -0.9, "the loss slightly rises; in healthy runs it steadily falls"),
        (TREND, -0.6, -0.9, "the loss mostly falls; in healthy runs it steadily falls"),
        (SIGNS, 1.0, 0.0, "the rules see clear signs of it; in healthy runs no sign of it"),
        (CLIPPED, 1.0, 0.0, "the gradient is clipped"),
        (CLIPPED, 0.0, 1.0, "the gradient is not clipped"),
        (LINEAR, 1.0, 0.0, "the layers have none; in healthy runs all layers have an activation"),
        (LINEAR, 0.5, 0.25, "50 % of the layers have none; in healthy runs 25 %"),
    ],
)
def test_the_wording_follows_the_value(feature, value, healthy, sentence):
    assert sentence_of(feature, value, healthy) == sentence


LOWEST_MIDDLE_HIGHEST = {
    "number": (-1.0, 0.3, 1.0),
    "decades": (-6.0, 0.3, 6.0),
    "share": (0.0, 0.3, 1.0),
    "doubling": (-6.0, 0.3, 6.0),
    "flag": (0.0, 1.0, 0.0),
}


@pytest.mark.parametrize("feature", described(FEATURES), ids=lambda one: one.name)
def test_every_feature_has_a_sentence_without_a_name_or_a_sign_left_open(feature):
    values = LOWEST_MIDDLE_HIGHEST.get(feature.unit, (-1.0, 0.3, 1.0))
    for value in values:
        for healthy in (*values, math.nan):
            sentence = sentence_of(feature, value, healthy)
            assert not set("_[]{}|<>") & set(sentence)
            if feature.say:
                assert not any(word in sentence for word in ("decades", "powers of ten", "octave"))


def test_every_feature_of_curves_has_words_of_its_own():
    first = FEATURES.index(TRAIN_LOSS_FEATURES[0])
    last = FEATURES.index(OPTIMIZER_FEATURES[-1])
    assert all(one.say for one in FEATURES[first : last + 1])
