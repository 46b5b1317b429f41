"""Shapes of a loss curve."""

import numpy as np
import pytest

from insight_lib.dissection.run.curves.loss_shape import level_before_rise


@pytest.mark.parametrize(
    ("values", "level"),
    [
        ([2.35, *range(5, 34)], 2.35),
        ([2.0, 2.4, 2.2, *[1.0] * 27], 2.2),
        ([np.nan, 2.0, 3.0], 2.0),
        ([2.0], 2.0),
        ([], np.nan),
        ([np.nan], np.nan),
    ],
    ids=["blown up", "falling", "first unknown", "one", "none", "unknown"],
)
def test_the_start_of_a_loss_is_the_first_point_where_no_later_one_is_as_low(values, level):
    assert level_before_rise(np.array(values, dtype=float)) == pytest.approx(level, nan_ok=True)
