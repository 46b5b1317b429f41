"""What is said of every example is judged over several steps where batches are small."""

import numpy as np
import pytest

from insight_lib.dissection.rules.dead_units import RULE as DEAD_UNITS
from insight_lib.dissection.run.data.small_batches import (
    least_together,
    movements_together,
    steps_together,
)

nan = float("nan")
RNG = np.random.default_rng(2)


def run_of(rows, steps, layers):
    labels = {"min": 0.0, "max": 1.0, "mean": 0.5, "rows": rows}
    scalars = {f"train:label/{name}": [value] * steps for name, value in labels.items()}
    return {"scalars": scalars, "layers": layers}


@pytest.mark.parametrize(("rows", "together"), [(-1.0, 1), (0.0, 1), (1.0, 8), (3.0, 3), (8.0, 1)])
def test_so_many_steps_are_judged_together_that_they_have_eight_examples(rows, together, make_view):
    assert steps_together(make_view(run_of(rows, 4, []))) == together


@pytest.mark.parametrize("together", [1, 3, 8, 50])
def test_the_least_of_several_steps_is_a_rolling_minimum(together):
    values = RNG.random(30)
    values[RNG.choice(30, 5)] = nan
    found = least_together(values, together)
    assert np.isnan(found[: min(together, 30) - 1]).all()
    for end in range(together, 31):
        few = values[end - together : end]
        least = few[np.isfinite(few)].min(initial=np.inf)
        assert found[end - 1] == least or (np.isinf(least) and np.isnan(found[end - 1]))
    assert found.size == 30


def dead(rows, shares):
    layer = {"layer": "a", "activation": "relu", "kind": "activation", "tensor": "output"}
    return run_of(rows, len(shares), [layer | {"dead_fraction": shares}])


@pytest.mark.parametrize("rows", [1.0, 2.0])
def test_units_that_are_zero_for_one_example_need_not_be_for_the_next(make_view, rows):
    changing = [0.9, 0.8, 0.6, 0.9] * 8
    assert list(DEAD_UNITS.findings(make_view(dead(rows, changing)))) == []
    lasting = [0.9, 0.85, 0.8, 0.9] * 8
    assert [one.layer for one in DEAD_UNITS.findings(make_view(dead(rows, lasting)))] == ["a"]


def test_in_batches_of_eight_each_step_is_judged(make_view):
    found = DEAD_UNITS.findings(make_view(dead(8.0, [0.9, 0.8, 0.85, 0.8, 0.6] * 6)))
    assert [one.layer for one in found] == ["a"]


def test_a_layer_moves_by_the_largest_update_of_several_steps(make_view):
    ratios = RNG.random(20)
    ratios[::2] = 0.0
    layer = {"layer": "a", "kind": "update", "update_ratio": ratios.tolist()}
    for rows, together in ((1.0, 8), (3.0, 3), (8.0, 1)):
        found = movements_together(make_view(run_of(rows, 20, [layer])))
        ends = range(together, 21)
        assert found.values[0].tolist() == [max(ratios[end - together : end]) for end in ends]
        assert found.steps.tolist() == [end - 1 for end in ends]
