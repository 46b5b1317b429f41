"""A bundle that is put together by hand, small enough to reckon with."""

from collections.abc import Callable

import numpy as np
import pytest

from insight_lib.risk.models.blend import BlendModel
from insight_lib.risk.models.bundle import RiskBundle
from insight_lib.risk.models.calibration import Isotonic, Platt
from insight_lib.risk.models.healthy import describe_healthy
from insight_lib.risk.models.kinds import KindModel
from insight_lib.risk.models.logistic import LogisticModel
from insight_lib.risk.models.matrix import FeatureMatrix
from insight_lib.risk.models.member import Member
from insight_lib.risk.models.novelty import fit_novelty
from insight_lib.risk.models.storage import with_version
from insight_lib.risk.models.trees import Trees
from insight_lib.risk.models.wording import Described

FEATURES = (
    Described("loss_change", "train_loss", 1, "change of the training loss", "", "change"),
    Described("loss_noise", "train_loss", 0, "noise of the training loss", "", "number"),
    Described("gap_now", "gap", 1, "gap of the validation loss", "", "number"),
    Described(
        "update_size", "updates", -1, "size of updates", "updates are {value} of weights", "decades"
    ),
)
LANDMARKS = (0.1, 0.5)
# At chance where the loss falls less than usual, diverged where more; told at the landmarks alone.
KINDS = KindModel(
    kinds=("at_chance", "diverged"),
    medians=np.array([-0.5, 0.0, 0.0, 0.0]),
    scales=np.ones(4),
    coefficients=np.array([[10.0, -10.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]),
    missing_coefficients=np.zeros((4, 2)),
    intercepts=np.array([[0.0, 0.0], [1.0, -1.0], [0.0, 0.0]]),
    is_told=np.array([True, True, False]),
)


def stump(column: int, threshold: float, low: float, high: float) -> Trees:
    """Return a tree that adds ``low`` at most at the threshold and where unknown, else ``high``."""
    return Trees(
        roots=np.array([0]),
        feature=np.array([column, 0, 0]),
        threshold=np.array([threshold, 0.0, 0.0]),
        left=np.array([1, 1, 2]),
        right=np.array([2, 1, 2]),
        missing_left=np.array([True, True, True]),
        value=np.array([0.0, low, high]),
        baseline=0.0,
    )


def line(coefficients: list[float], medians: list[float]) -> LogisticModel:
    zeros = np.zeros(len(coefficients))
    return LogisticModel(
        np.array(medians, dtype=np.float64),
        np.ones(len(zeros)),
        np.array(coefficients, dtype=np.float64),
        zeros,
        0.0,
    )


@pytest.fixture(scope="session")
def healthy_rows() -> np.ndarray:
    """200 healthy runs about loss -0.5, noise 0.1, gap 0, updates 1e-3."""
    return np.random.default_rng(0).normal([-0.5, 0.1, 0.0, -3.0], [0.1, 0.05, 0.1, 0.3], (200, 4))


@pytest.fixture(scope="session")
def bundle(healthy_rows: np.ndarray) -> RiskBundle:
    landmark = np.arange(200) % 2
    every, scalars = np.arange(4), np.arange(3)
    with_layers = BlendModel(
        stump(0, 0.0, -1.0, 2.0), line([0, 0, 1, -1, 0], [0, 0, 0, -3.0, 0]), 0.5
    )
    without = BlendModel(stump(0, 0.0, -1.0, 2.0), line([0, 0, 1, 0], [0, 0, 0, 0]), 0.5)
    maps = (Platt(1.0, 0.0), Platt(0.5, -1.0), Isotonic((-2.0, 0.0, 2.0), (-3.0, 0.0, 1.0)))
    return with_version(
        RiskBundle(
            features=FEATURES,
            landmarks=LANDMARKS,
            members=(
                Member("layers", ("updates",), every, with_layers, maps, np.array([0.5, 0.2, 0.9])),
                Member("scalars", (), scalars, without, maps, np.array([0.6, 0.3, np.inf])),
            ),
            novelty=fit_novelty(
                healthy_rows, landmark, describe_healthy(healthy_rows, landmark, 2), 0
            ),
            kinds=KINDS,
            correction=None,
            data_fingerprint="0" * 64,
            metrics={"log_loss": 0.3},
            card={"what": "a test"},
        )
    )


@pytest.fixture(scope="session")
def matrix_of() -> Callable[..., FeatureMatrix]:
    """matrix_of([loss, noise, gap, updates], ...) -> a matrix of the bundle's features."""

    def build(*rows: list[float]) -> FeatureMatrix:
        values = np.array(rows, dtype=np.float64).reshape(len(rows), len(FEATURES))
        names = tuple(one.name for one in FEATURES)
        return FeatureMatrix(tuple(f"run-{i}" for i in range(len(rows))), names, values)

    return build
