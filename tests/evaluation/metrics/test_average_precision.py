"""Average precision and its bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from insight_lib.evaluation.metrics.auc import why_undefined
from insight_lib.evaluation.metrics.average_precision import (
    average_precision,
    average_precision_gaps,
)
from insight_lib.evaluation.metrics.refinement import cells_to_refine, refine_by, splitter

# Of both sides' sums of up to 300,000 terms.
ROUNDING = 1e-12


def _oracle(sample):
    weights = None if sample.weights is None else sample.weights
    return average_precision_score(sample.labels, sample.scores, sample_weight=weights)


def test_over_single_scores_it_equals_scikit_learn(sample):
    found = average_precision(sample.cells(64))
    assert found.value == pytest.approx(_oracle(sample), abs=ROUNDING, rel=0)
    assert found.lower == found.value == found.upper


@pytest.mark.parametrize("prefix_bits", [12, 16, 22])
def test_bounds_at_any_width_hold_scikit_learns_value(sample, prefix_bits):
    found = average_precision(sample.cells(prefix_bits))
    assert found.lower - ROUNDING <= _oracle(sample) <= found.upper + ROUNDING
    assert found.lower <= found.value <= found.upper


@given(data=st.data(), prefix_bits=st.integers(12, 64))
def test_bounds_hold_on_small_samples(data, prefix_bits, small):
    sample = data.draw(small)
    cells = sample.cells(prefix_bits)
    if why_undefined(cells.sums) is None:
        found = average_precision(cells)
        assert found.lower - ROUNDING <= _oracle(sample) <= found.upper + ROUNDING


def test_refinement_brings_the_bounds_within_the_tolerance(clicks):
    sample = clicks(20_000)
    refined = refine_by(
        splitter(sample.rows),
        sample.cells(14),
        lambda cells: cells_to_refine(average_precision_gaps(cells), 1e-4),
    )
    found = average_precision(refined)
    assert 0 < found.upper - found.lower <= 1e-4
    assert found.lower <= _oracle(sample) <= found.upper
    assert len(refined) < len(np.unique(sample.scores))
