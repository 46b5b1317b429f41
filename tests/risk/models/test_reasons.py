"""Reasons of a bundle whose parts are known."""

from dataclasses import replace

import numpy as np
import pytest

from insight_lib.risk.models.reasons import MOST_REASONS

SHARE = np.array([0.1])


def test_the_strongest_groups_are_named_with_value_and_healthy_middle(bundle, matrix_of):
    (reasons,) = bundle.score(matrix_of([0.5, 0.1, 0.4, -5.0]), SHARE).reasons
    assert [one.group for one in reasons] == ["train_loss", "updates", "gap"]
    assert [one.features[0] for one in reasons] == ["loss_change", "update_size", "gap_now"]
    assert reasons[0].sentence.startswith(
        "change of the training loss is +200 %; healthy runs have"
    )
    assert reasons[1].sentence.startswith("updates are 1e-5 of weights; healthy runs have about ")
    assert reasons[0].effect == pytest.approx(1.5)


def test_what_lowers_the_risk_has_an_effect_below_zero(bundle, matrix_of):
    (reasons,) = bundle.score(matrix_of([-0.5, 0.1, -0.9, -3.0]), SHARE).reasons
    assert reasons[0].group == "gap"
    assert reasons[0].effect < 0


def test_a_run_as_healthy_ones_are_has_no_reason(bundle, matrix_of):
    usual = bundle.novelty.healthy.medians[0]
    assert bundle.score(matrix_of(list(usual)), SHARE).reasons == ((),)


def test_an_unknown_group_is_no_reason(bundle, matrix_of):
    (reasons,) = bundle.score(matrix_of([0.5, 0.1, np.nan, np.nan]), SHARE).reasons
    assert {one.group for one in reasons} == {"train_loss"}


def test_a_sentence_never_speaks_against_its_features_direction(bundle, matrix_of):
    # This model takes a larger gap for a good sign, which no person does.
    member = bundle.members[0]
    line = member.model.logistic
    wrong = replace(line, coefficients=line.coefficients * [1, 1, -1, 1, 1])
    members = (replace(member, model=replace(member.model, logistic=wrong)), bundle.members[1])
    (reasons,) = (
        replace(bundle, members=members).score(matrix_of([-0.5, 0.1, 0.9, -3.0]), SHARE).reasons
    )
    assert "gap" not in {one.group for one in reasons}


def test_no_internal_name_is_in_a_sentence(bundle, healthy_rows, matrix_of):
    random = np.random.default_rng(1)
    rows = healthy_rows + random.normal(scale=1.0, size=healthy_rows.shape)
    found = bundle.score(matrix_of(*rows), np.full(len(rows), 0.5))
    for reasons in found.reasons:
        assert len(reasons) <= MOST_REASONS
        sizes = [abs(one.effect) for one in reasons]
        assert sizes == sorted(sizes, reverse=True)
        for one in reasons:
            assert not any(name in one.sentence for name in bundle.feature_names)


def test_reasons_can_be_left_out(bundle, matrix_of):
    found = bundle.score(matrix_of([0.5, 0.1, 0.4, -5.0]), SHARE, with_reasons=False)
    assert found.reasons == ((),)


def test_a_reason_names_the_layer_that_its_feature_is_of(bundle, matrix_of):
    say = "updates of <one layer> are {value} of weights"
    features = (*bundle.features[:3], replace(bundle.features[3], say=say))
    rows = matrix_of(*[[0.5, 0.1, 0.4, -5.0]] * 2)
    layers = [{"update_size": "dense_1"}, {"loss_change": "dense_2"}]
    found = replace(bundle, features=features).score(rows, np.repeat(SHARE, 2), layers=layers)
    named, other = ({one.group: one for one in each}["updates"] for each in found.reasons)
    assert named.sentence.startswith("updates of `dense_1` are 1e-5 of weights; healthy runs")
    assert other.sentence.startswith("updates of one layer are 1e-5 of weights; healthy runs")
    assert (named.layer, other.layer) == ("dense_1", None)
