"""What cannot be learnt from is refused before anything is trained."""

from dataclasses import replace

import numpy as np
import pytest

from insight_lib.errors import InputError
from insight_lib.risk.models.set_network import fit_set_network
from insight_lib.risk.models.set_network.fit import MEMBERS, held_out


@pytest.mark.parametrize("failed", [0.0, 1.0])
def test_one_class_is_refused_with_a_remedy(drawn_runs, failed):
    inputs, labels = drawn_runs(10, 7)
    with pytest.raises(InputError, match="failed and healthy runs; label more"):
        fit_set_network(inputs, replace(labels, failed=np.full(10, failed)))


def test_a_class_that_has_no_weight_is_absent(drawn_runs):
    inputs, labels = drawn_runs(40, 7)
    with pytest.raises(InputError, match="failed and healthy runs"):
        fit_set_network(inputs, replace(labels, weight=1.0 - labels.failed))


@pytest.mark.parametrize("label", [0.5, np.nan])
def test_a_label_between_failed_and_healthy_is_refused(drawn_runs, label):
    inputs, labels = drawn_runs(10, 7)
    with pytest.raises(InputError, match="failed must be 1 or 0"):
        fit_set_network(inputs, replace(labels, failed=np.append(labels.failed[1:], label)))


@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf])
def test_a_weight_that_is_none_is_refused(drawn_runs, weight):
    inputs, labels = drawn_runs(10, 7)
    with pytest.raises(InputError, match="weight is negative or not finite"):
        fit_set_network(inputs, replace(labels, weight=np.full(10, weight)))


def test_labels_of_other_runs_are_refused(drawn_runs):
    inputs, _ = drawn_runs(10, 7)
    with pytest.raises(InputError, match="10 runs do not fit labels of lengths"):
        fit_set_network(inputs, drawn_runs(11, 7)[1])


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("layers", lambda one: one[:, :3]),
        ("layers", lambda one: one[:, :, :1]),
        ("layers", lambda one: one[..., :2]),
        ("layers", lambda one: one[:, 0]),
        ("depth", lambda one: one[:, :3]),
        ("curves", lambda one: one[1:]),
        ("curves", lambda one: one[:, :4]),
    ],
)
def test_arrays_that_do_not_fit_are_refused(drawn_runs, part, change):
    inputs, labels = drawn_runs(10, 7)
    with pytest.raises(InputError, match="tokens"):
        fit_set_network(replace(inputs, **{part: change(getattr(inputs, part))}), labels)


def test_members_stop_by_different_families():
    families = np.array(list("abcdefghij") * 3)
    left_out = held_out(families, seed=0)
    assert len({name for some in left_out for name in some}) == MEMBERS * 2
    assert held_out(families[::-1], seed=0) == left_out


def test_of_two_families_none_is_held_out():
    assert held_out(np.array(["a", "b", "a"]), seed=0) == [[]] * MEMBERS
