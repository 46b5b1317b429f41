"""All that foresees failures, ours and others: from the study's rows to scores of them.

Each scores a row without having seen a labelled run of its family.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, RobustScaler

from insight_lib.columnar.arrays import Floats
from insight_lib.risk.features.catalogue import FEATURES
from insight_lib.risk.features.feature import Feature, Group
from insight_lib.risk.features.peers import MODEL_FEATURES
from insight_lib.risk.landmarks import SHARES
from insight_lib.risk.models.matrix import FeatureMatrix
from insight_lib.risk.models.member import LAYER_GROUPS
from insight_lib.risk.training.out_of_family import score_out_of_family
from tests.bench.risk.baselines.last_values import LAST_VALUES, rank_among_peers
from tests.bench.risk.baselines.powerlaw import POWERLAWS
from tests.bench.risk.out_of_family import Learner, scores_out_of_family
from tests.bench.risk.study_table import Study

OURS = "ours"
BY_LAYERS = frozenset({*LAYER_GROUPS, Group.FINDINGS})
"""Findings are left out with the statistics of layers, as many rules look at these."""
LOSSES = frozenset({Group.TRAIN_LOSS, Group.VALIDATION_LOSS})
_SCALED_LIMIT = 5.0
_SEED = 0


@dataclass(frozen=True)
class Contender:
    """Something that foresees failures.

    Attributes:
        name: of its line in the table.
        what: it looks at and how, in words.
        scores: of each row of a study, (rows,), more is worse; NaN where it does not score.
    """

    name: str
    what: str
    scores: Callable[[Study], Floats]


def _rules(study: Study) -> Floats:
    return study.columns(["b_rules"])[:, 0]


def _peers(study: Study) -> Floats:
    """Rank the last values among runs of the program at the share that are not yet known to fail.

    Of the unseen family peers are known, without labels, as ours knows them.
    """
    found = np.full(study.failed.size, np.nan)
    for share in SHARES:
        rows = study.at(share)
        found[rows] = rank_among_peers(study.columns(LAST_VALUES)[rows], study.program[rows])
    return found


def _powerlaw(study: Study) -> Floats:
    return scores_out_of_family(study, study.columns(POWERLAWS), logistic, SHARES)


def _loss_logistic(study: Study) -> Floats:
    return scores_out_of_family(study, features_of_groups(study, LOSSES), logistic, SHARES)


def _loss_trees(study: Study) -> Floats:
    return scores_out_of_family(study, features_of_groups(study, LOSSES), boosted_trees, SHARES)


def _deepfd(study: Study) -> Floats:
    names = [name for name in study.baselines if name.startswith("b_deepfd_")]
    # DeepFD fills what is not known with 0.
    inputs = np.nan_to_num(study.columns(sorted(names)), posinf=0.0, neginf=0.0)
    return scores_out_of_family(study, inputs, deepfd_forest, SHARES)


def _doctor(name: str) -> Callable[[Study], Floats]:
    # A log that it cannot read is one of which it says nothing.
    return lambda study: np.nan_to_num(study.columns([f"b_{name}"])[:, 0])


def _without_layers(study: Study) -> Floats:
    return _by_product(study, [one for one in MODEL_FEATURES if one.group not in BY_LAYERS])


def _ours(study: Study) -> Floats:
    return _by_product(study, MODEL_FEATURES)


def _by_product(study: Study, features: Sequence[Feature]) -> Floats:
    """Return log-odds as the product gives them: calibrated, all of it by other families."""
    matrix = study.table.matrix
    names = tuple(one.name for one in features)
    chosen = FeatureMatrix(matrix.run_ids, names, matrix.select(names))
    return score_out_of_family(replace(study.table, matrix=chosen), features, _SEED).log_odds


CONTENDERS = (
    Contender(OURS, "the model that ships", _ours),
    Contender(
        "ours without layers",
        "the same without statistics of layers, and without findings",
        _without_layers,
    ),
    Contender("our rules", "the gravest finding so far", _rules),
    Contender("loss, logistic", "features of the losses, logistic regression", _loss_logistic),
    Contender("loss, trees", "features of the losses, gradient-boosted trees", _loss_trees),
    Contender("peers", "rank of the last loss and score among runs of the program", _peers),
    Contender("power law", "where the curves will end, logistic regression", _powerlaw),
    Contender("DeepFD", "its features with random forest", _deepfd),
    Contender("runmedic", "the gravest finding so far", _doctor("runmedic")),
    Contender("losslint", "the gravest finding so far", _doctor("losslint")),
    Contender("trainspotter", "the gravest finding so far", _doctor("trainspotter")),
)


def features_of_groups(study: Study, groups: frozenset[Group]) -> Floats:
    """Return the features of some groups, (rows, features)."""
    return study.table.matrix.select([one.name for one in FEATURES if one.group in groups])


def logistic() -> Learner:
    """Return L2 logistic regression; what is not known is its median, and a column says so."""
    return make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        RobustScaler(),
        FunctionTransformer(np.clip, kw_args={"min": -_SCALED_LIMIT, "max": _SCALED_LIMIT}),
        LogisticRegression(C=0.1, max_iter=500),
    )


def boosted_trees() -> Learner:
    """Return gradient-boosted trees of moderate size."""
    return HistGradientBoostingClassifier(
        max_iter=150, max_bins=63, learning_rate=0.05, min_samples_leaf=20, l2_regularization=1.0,
        early_stopping=False, random_state=_SEED,
    )  # fmt: skip


def deepfd_forest() -> Learner:
    """Return the random forest of DeepFD's ``MultiLabelClassifier.py``."""
    return RandomForestClassifier(
        n_estimators=32, max_depth=10, max_features=60, random_state=_SEED
    )
