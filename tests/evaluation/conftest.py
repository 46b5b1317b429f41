"""Samples and lakes that the tests of metrics share."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import strategies as st

from insight_lib.evaluation.metrics.arrays import scored_rows
from insight_lib.evaluation.metrics.certified_auc import refined_auc
from insight_lib.evaluation.metrics.kernels import compile_all
from insight_lib.evaluation.metrics.refinement import splitter
from insight_lib.evaluation.metrics.score_histogram import ScoreHistogram
from insight_lib.evaluation.metrics.score_intervals import Cells
from insight_lib.lake.tables import open_lake
from tests.in_process import InProcess


@dataclass(frozen=True)
class Sample:
    scores: np.ndarray
    labels: np.ndarray
    weights: np.ndarray | None = None

    @property
    def rows(self):
        return scored_rows(self.scores, self.labels, self.weights)

    def cells(self, prefix_bits):
        return Cells.from_histogram(ScoreHistogram.from_rows(self.rows, prefix_bits))

    def auc(self, prefix_bits, tolerance=None):
        """The certified AUC from a first pass over buckets of this width."""
        rows = self.rows
        return refined_auc(ScoreHistogram.from_rows(rows, prefix_bits), splitter(rows), tolerance)


@pytest.fixture
def here():
    return InProcess()


@pytest.fixture
def lake(tmp_path):
    return open_lake(tmp_path / "lake", create=True)


def _clicks(rows, seed=0):
    """Click-like: about 3 % positives, scores crowded near zero and fairly calibrated."""
    rng = np.random.default_rng(seed)
    logit = rng.normal(-4.0, 1.2, rows)
    labels = (rng.random(rows) < 1 / (1 + np.exp(-logit))).astype(int)
    return Sample(1 / (1 + np.exp(-(logit + rng.normal(0, 0.5, rows)))), labels)


def _rare(rows=300_000):
    labels = np.zeros(rows, int)
    labels[[5, 70_000, 299_999]] = 1
    return Sample(np.random.default_rng(3).random(rows), labels)


def _samples():
    rng = np.random.default_rng(7)
    labels = np.tile([0, 1, 1, 0, 0, 0, 1, 0], 250)
    base = _clicks(2_000)
    return {
        "clicks": base,
        "weights": Sample(base.scores, base.labels, rng.exponential(1.0, 2_000)),
        "weights with zeros": Sample(base.scores, base.labels, rng.integers(0, 3, 2_000) * 0.3),
        "ties": Sample(rng.integers(0, 7, 2_000) / 7, labels),
        "weighted ties": Sample(rng.integers(0, 7, 2_000) / 7, labels, rng.random(2_000)),
        "all scores equal": Sample(np.full(2_000, 0.25), labels),
        "logits": Sample(rng.normal(0, 5, 2_000) + labels, labels),
        "tiny and huge": Sample(
            rng.choice([1e-30, 2e-30, -1e30, 1e30, 1e30 + 1e15], 2_000), labels
        ),
        "subnormal": Sample(rng.integers(-5, 5, 2_000) * 5e-324, labels),
        "zeros of both signs": Sample(rng.choice([-0.0, 0.0, 1e-9], 2_000), labels),
        "separable": Sample(labels + rng.random(2_000) / 2, labels),
        "three positives": _rare(),
    }


SAMPLES = _samples()


@pytest.fixture(scope="session", autouse=True)
def _kernels():
    """Compiles once, so that no example of hypothesis pays for it."""
    compile_all()


@pytest.fixture(params=list(SAMPLES))
def sample(request):
    """Each of the samples in turn; all have both classes."""
    return SAMPLES[request.param]


@pytest.fixture(scope="session")
def samples():
    """The same by name."""
    return SAMPLES


@pytest.fixture(scope="session")
def sample_of():
    """Makes a sample of scores, labels and weights."""
    return Sample


@pytest.fixture(scope="session")
def clicks():
    """Makes click-like samples of a given size."""
    return _clicks


AWKWARD = [0.0, -0.0, 5e-324, -5e-324, 1e-30, 1e30, 0.5, np.nextafter(0.5, 1), 0.25, -3.0, 1.0]
SCORES = st.one_of(
    st.sampled_from(AWKWARD),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(0, 1),
)
WEIGHTS = st.one_of(
    st.just(1.0), st.floats(0, 10), st.sampled_from([0.0, 0.1, 1e-140, 1e-3, 1e9, 1e140])
)


@st.composite
def _small_samples(draw, weights):
    rows = draw(st.lists(st.tuples(SCORES, st.integers(0, 1), weights), max_size=30))
    columns = [np.array(column, float) for column in zip(*rows, strict=True)] or [np.zeros(0)] * 3
    weighted = draw(st.booleans())
    return Sample(columns[0], columns[1], columns[2] if weighted else None)


# Strategies are fixtures, as test modules cannot import one another: draw from them with st.data().
@pytest.fixture(scope="session")
def small():
    """Samples of at most 30 rows with awkward scores and weights, and of any classes."""
    return _small_samples(WEIGHTS)


@pytest.fixture(scope="session")
def small_dyadic():
    """The same with weights whose sums do not round."""
    return _small_samples(st.integers(0, 8).map(lambda eighths: eighths / 8))
