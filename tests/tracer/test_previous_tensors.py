"""What compares a tensor with what it was."""

import numpy as np
import pytest

from insight_lib.tracer.previous_tensors import PreviousTensors

FIRST = np.array([[1.0, -2.0], [3.0, 4.0], [0.0, 0.0]], np.float32)


def test_the_distance_is_from_the_first_tensor_seen_even_when_it_changes_in_place():
    memory = PreviousTensors()
    weight = FIRST.copy()
    assert memory.distance("a", weight) == 0
    weight += 3
    assert memory.distance("a", weight) == pytest.approx(3 * np.sqrt(6))
    weight -= 3
    assert memory.distance("a", weight) == 0


def test_elements_that_are_not_finite_do_not_count_for_the_distance():
    memory = PreviousTensors()
    memory.distance("a", FIRST)
    weight = FIRST + 2
    weight[0] = np.nan, np.inf
    assert memory.distance("a", weight) == pytest.approx(4.0)


def test_rows_are_untouched_while_no_bit_of_them_changes():
    memory = PreviousTensors()
    assert memory.untouched_rows("a", FIRST) == 3
    weight = FIRST.copy()
    weight[0, 1] = np.nextafter(weight[0, 1], 0)
    weight[2, 0] = -0.0
    assert memory.untouched_rows("a", weight) == 1


def test_only_opposite_signs_are_changes():
    memory = PreviousTensors()
    assert np.isnan(memory.sign_changes("a", np.array([1.0, -1.0, 1.0, 0.0, np.nan], np.float32)))
    assert memory.sign_changes("a", np.array([-2.0, 3.0, 0.0, 1.0, 1.0], np.float32)) == 2
    assert memory.sign_changes("a", np.array([-1.0, 3.0, 5.0, -1.0, 1.0], np.float32)) == 1


def test_an_infinite_element_has_no_sign_to_change():
    memory = PreviousTensors()
    infinite = np.array([np.inf, 1.0, -np.inf, np.nan, 1.0], np.float32)
    memory.sign_changes("a", infinite)
    assert memory.sign_changes("a", -infinite) == 2
    assert memory.sign_changes("a", np.array([1.0, 1.0, -1.0, -1.0, -1.0], np.float32)) == 1


def test_a_tensor_beyond_the_budget_has_no_comparison_and_the_next_that_fits_has():
    memory = PreviousTensors(elements=8)
    assert memory.distance("a", FIRST) == 0
    assert np.isnan(memory.distance("b", FIRST))
    assert memory.distance("c", FIRST[0]) == 0
    assert memory.distance("a", FIRST + 1) == pytest.approx(np.sqrt(6))
    memory.sign_changes("b", FIRST)
    memory.sign_changes("c", FIRST)
    assert np.isnan(memory.sign_changes("c", FIRST))
    assert memory.sign_changes("b", -FIRST) == 4


def test_half_precision_is_compared_too():
    memory = PreviousTensors()
    half = FIRST.astype(np.float16)
    memory.distance("a", half)
    assert memory.distance("a", half + np.float16(1)) == pytest.approx(np.sqrt(6))
    assert memory.untouched_rows("a", half) == 3
