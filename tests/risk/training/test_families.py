"""Folds by family."""

from insight_lib.risk.training.families import families_left_out, single_family_of


def test_each_family_is_left_out_once_as_a_whole():
    families = ["b", "a", "b", "c", "a"]
    folds = list(families_left_out(families))
    assert [name for name, _, _ in folds] == ["a", "b", "c"]
    for name, train, test in folds:
        assert {families[i] for i in test} == {name}
        assert name not in {families[i] for i in train}
        assert sorted([*train, *test]) == list(range(5))


def test_a_family_that_holds_all_failures_is_named():
    assert single_family_of(1.0, ["a", "b", "a"], [1.0, 0.0, 1.0]) == "a"
    assert single_family_of(1.0, ["a", "b"], [1.0, 1.0]) is None
    assert single_family_of(1.0, ["a", "b"], [0.0, 0.0]) is None
