import numpy as np
import pytest

from insight_lib.risk.landmarks import SHARES
from insight_lib.risk.models.matrix import FeatureMatrix
from insight_lib.risk.training.learning_table import LearningTable
from tests.bench.risk.study_table import Study

FAMILIES, PROGRAMS, RUNS = 6, 3, 12
"""Families, programs of each, runs of each; a row a run and share."""


def study_of(failed, signal):
    """Return a study of runs, (runs,) each, with one feature: what foretells failure."""
    runs = FAMILIES * PROGRAMS * RUNS
    row = np.repeat(np.arange(runs), len(SHARES))
    program = row // RUNS
    family = program // PROGRAMS
    share = np.tile(SHARES, runs)
    failed, signal = failed[row], signal[row]
    is_non_finite = failed & (row % 4 == 0)
    table = LearningTable(
        matrix=FeatureMatrix(
            tuple(f"run {one:03d}" for one in row), ("signal",), signal.reshape(-1, 1)
        ),
        failed=failed.astype(float),
        has_failed=is_non_finite & (share >= 0.5),
        share=share,
        cutoff_step=(share * 100).astype(np.intp),
        program=tuple(f"program {one}" for one in program),
        family=tuple(f"family {one}" for one in family),
        kind=tuple("non_finite" if one else None for one in is_non_finite),
        failed_share=np.where(is_non_finite, 0.4, np.nan),
        fault=(None,) * row.size,
        strength=np.full(row.size, np.nan),
        is_sampled=np.zeros(row.size, dtype=np.bool_),
    )
    return Study(table, {"b_signal": signal, "b_noise": np.cos(np.arange(row.size) * 7.0)})


@pytest.fixture
def outcomes():
    """What became of each run, and a number that foretells it, if not surely."""
    rng = np.random.default_rng(8)
    failed = rng.random(FAMILIES * PROGRAMS * RUNS) < 0.4
    return failed, failed + rng.normal(0, 0.6, failed.size)


@pytest.fixture
def study(outcomes):
    return study_of(*outcomes)
