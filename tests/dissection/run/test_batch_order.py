"""Whether batches hold labels in order, against scipy and random draws."""

import numpy as np
import pytest
from scipy import stats

from insight_lib.dissection.run.data.batch_order import (
    order_of_classes,
    order_of_quantities,
    same_in_turn,
)


def classes(make_view, batches):
    """Make the view of batches of labels."""
    scalars = {"train:label/rows": [float(len(one)) for one in batches]}
    scalars["train:label/classes"] = [float(np.unique(one).size) for one in batches]
    for label in np.unique(np.concatenate(batches)):
        scalars[f"train:label/share/{label}"] = [float((one == label).mean()) for one in batches]
    return make_view({"scalars": scalars})


def quantities(make_view, batches):
    measures = {"mean": np.mean, "std": np.std, "min": np.min, "max": np.max, "rows": len}
    scalars = {
        f"train:label/{name}": [float(measure(one)) for one in batches]
        for name, measure in measures.items()
    }
    return make_view({"scalars": scalars})


def test_the_excess_is_that_of_a_chi_squared_number(make_view):
    labels = np.array([[0] * 6 + [1] * 2, [0] * 7 + [1], [0] * 5 + [1] * 3] * 2 + [[1] * 8] * 6)
    found = order_of_classes(classes(make_view, labels))
    table = np.array([(labels == label).sum(axis=1) for label in (0, 1)])
    statistic, p_value, freedom, _ = stats.chi2_contingency(table, correction=False)
    assert freedom == 11
    assert found.excess == pytest.approx(stats.norm.isf(p_value), abs=0.2)
    ratio = statistic / freedom
    assert found.correlation == pytest.approx((ratio - 1) / (8 - 1))


def test_the_correlation_of_quantities_is_that_of_an_analysis_of_variance(make_view):
    rng = np.random.default_rng(1)
    batches = np.sort(rng.normal(size=240)).reshape(12, 20)
    found = order_of_quantities(quantities(make_view, batches))
    ratio = stats.f_oneway(*batches).statistic
    assert found.correlation == pytest.approx((ratio - 1) / (ratio - 1 + 20))
    assert found.excess > 20


@pytest.mark.parametrize("rows", [1, 2, 4, 32])
def test_independent_draws_are_in_no_order(make_view, rows):
    rng = np.random.default_rng(rows)
    for shares in ([0.5, 0.5], [0.9, 0.1], [0.2] * 5):
        for _ in range(40):
            view = classes(make_view, rng.choice(len(shares), (25, rows), p=shares))
            found, same = order_of_classes(view), same_in_turn(view)
            assert found is None or found.excess < 5 or found.correlation < 0.5
            assert rows > 3 or same is None or same.chance > 1e-4
            drawn = rng.normal(size=(25, max(rows, 2)))
            assert order_of_quantities(quantities(make_view, drawn)) is None


def test_the_longest_row_of_a_class_is_found_with_its_chance(make_view):
    labels = [[0], [1], [1], [1], [1], [0], [1], [1], [0], [0], [2]]
    same = same_in_turn(classes(make_view, np.array(labels)))
    assert (same.label, same.examples, same.steps.tolist()) == (1, 4, [1, 2, 3, 4])
    assert same.share == pytest.approx(6 / 11)
    assert same.chance == pytest.approx((10 - 3 + 1) * stats.hypergeom.pmf(4, 11, 6, 4))
