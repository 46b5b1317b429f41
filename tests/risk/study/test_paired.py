import numpy as np
import pytest

from tests.bench.risk.paired import compare, holm

FAMILIES = [f"family {number}" for number in range(12)]


def figures(values):
    return dict(zip(FAMILIES, values, strict=True))


def test_holm_multiplies_by_the_comparisons_that_are_left():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == pytest.approx([1.0, 1.0])


def test_a_comparison_that_was_not_made_is_not_counted():
    adjusted = holm([0.01, np.nan])
    assert adjusted[0] == pytest.approx(0.01)
    assert np.isnan(adjusted[1])


def test_ahead_in_every_family_is_ahead():
    ours = figures(np.linspace(0.8, 0.95, 12))
    worse = {name: x - 0.01 * (1 + place) for place, (name, x) in enumerate(ours.items())}
    found = compare(ours, {"worse": worse})["worse"]
    assert found.is_ahead
    assert (found.families, found.wins) == (12, 12)
    assert found.difference == pytest.approx(0.065)


def test_ahead_in_half_of_the_families_is_not():
    ours = figures(np.full(12, 0.8))
    theirs = figures(0.8 + 0.05 * np.array([1, -1] * 6))
    assert not compare(ours, {"like": theirs})["like"].is_ahead


def test_behind_in_every_family_is_not_ahead_however_sure():
    ours = figures(np.linspace(0.8, 0.9, 12))
    better = {name: x + 0.01 * (1 + place) for place, (name, x) in enumerate(ours.items())}
    found = compare(ours, {"better": better})["better"]
    assert found.adjusted < 0.05
    assert not found.is_ahead


def test_many_comparisons_make_each_less_sure():
    ours = figures(np.linspace(0.8, 0.9, 12))
    worse = {name: x - 0.01 * (1 + place) for place, (name, x) in enumerate(ours.items())}
    others = {f"{number}": worse for number in range(8)}
    alone = compare(ours, {"0": others["0"]})["0"]
    assert compare(ours, others)["0"].adjusted == pytest.approx(8 * alone.p_value)


def test_only_families_that_both_have_are_compared():
    found = compare({"a": 0.9, "b": 0.8}, {"other": {"b": 0.7, "c": 0.1}})["other"]
    assert found.families == 1
    assert np.isnan(found.p_value)
