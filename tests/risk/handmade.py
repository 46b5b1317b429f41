"""Models that are written down by hand: few features, known weights, nothing to train."""

import numpy as np

from insight_lib.risk.features.peers import MODEL_FEATURES
from insight_lib.risk.models.blend import BlendModel
from insight_lib.risk.models.bundle import RiskBundle
from insight_lib.risk.models.calibration import Platt
from insight_lib.risk.models.healthy import Healthy
from insight_lib.risk.models.kinds import KindModel
from insight_lib.risk.models.logistic import LogisticModel
from insight_lib.risk.models.member import Member
from insight_lib.risk.models.novelty import Novelty
from insight_lib.risk.models.storage import with_version
from insight_lib.risk.models.trees import Trees
from insight_lib.risk.models.wording import described

LANDMARKS = (0.1, 0.25, 0.5, 1.0)
_QUANTILES = 1001


def leaf(value=0.0):
    """A tree that says the same of every run."""
    nothing = np.zeros(1, dtype=np.int64)
    return Trees(
        roots=nothing,
        feature=nothing,
        threshold=np.zeros(1),
        left=nothing,
        right=nothing,
        missing_left=np.zeros(1, dtype=np.bool_),
        value=np.array([value]),
        baseline=0.0,
    )


def kinds_of(features=MODEL_FEATURES, **weights):
    """A model of kinds: the log-odds of "at_chance" against "overfit", likewise."""
    width, places = len(features), len(LANDMARKS) + 1
    coefficients = np.array([[weights.get(one.name, 0.0), 0.0] for one in features])
    return KindModel(
        kinds=("at_chance", "overfit"),
        medians=np.zeros(width),
        scales=np.ones(width),
        coefficients=coefficients,
        missing_coefficients=np.zeros((width, 2)),
        intercepts=np.zeros((places, 2)),
        is_told=np.ones(places, dtype=np.bool_),
    )


def bundle_of(
    features=MODEL_FEATURES, intercept=0.0, flag_above=1.0, knows_all=True, kinds=None, **weights
):
    """A model whose log-odds are the intercept and each named feature's value times its weight.

    Healthy runs have 0 of everything. Where it does not know all, every run is novel to it.
    """
    words = described(features)
    width, places = len(words), len(LANDMARKS) + 1
    coefficients = np.array([weights.get(one.name, 0.0) for one in words] + [0.0])
    line = LogisticModel(
        medians=np.zeros(width + 1),
        scales=np.ones(width + 1),
        coefficients=coefficients,
        missing_coefficients=np.zeros(width + 1),
        intercept=intercept,
    )
    farthest = 100.0 if knows_all else 1e-9
    rising = np.linspace(0.0, farthest, _QUANTILES)
    means = np.linspace(0.0, 2.0 if knows_all else 1e-9, _QUANTILES)
    return with_version(
        RiskBundle(
            features=words,
            landmarks=LANDMARKS,
            members=(
                Member(
                    name="by hand",
                    needs=(),
                    columns=np.arange(width, dtype=np.intp),
                    model=BlendModel(leaf(), line, 0.0),
                    calibrations=(Platt(1.0, 0.0),) * places,
                    flag_above=np.full(places, flag_above),
                ),
            ),
            novelty=Novelty(
                healthy=Healthy(np.zeros((places, width)), np.ones((places, width))),
                forest=leaf(),
                distances=rising,
                isolations=np.linspace(-1.0, 1.0, _QUANTILES),
                means=means,
            ),
            kinds=kinds,
            correction=None,
            data_fingerprint="by hand",
            metrics={"roc_auc": 0.9, "runs": 3, "landmarks": {"0.1": {"roc_auc": 0.8}}},
            card={"what": "written down by hand"},
        )
    )
