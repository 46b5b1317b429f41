"""How the AUC on unseen families grows with the number of programs that were learnt from."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.risk.features.peers import MODEL_FEATURES
from tests.bench.risk.contenders import boosted_trees
from tests.bench.risk.out_of_family import log_odds
from tests.bench.risk.ranking import auc
from tests.bench.risk.study_table import Study

SHARE = 0.25
COUNTS = (3, 6, 12, 24)
DRAWS = 2
"""Times that programs are drawn: each with a seed of its own."""


@dataclass(frozen=True)
class Point:
    """The AUC of models of so many programs, mean and range over the draws."""

    programs: int
    auc: float
    least: float
    greatest: float

    @property
    def row(self) -> tuple[float, ...]:
        """All of it, rounded."""
        return (self.programs, *(round(x, 3) for x in (self.auc, self.least, self.greatest)))


def learning_curve(study: Study, share: float = SHARE) -> list[Point]:
    """Return the curve; a count that not every fold has programs for is left out.

    Measured with plain boosted trees on our features, so that a point takes seconds; the level is
    not that of the model that ships, the slope is what it is about.
    """
    rows = study.at(share)
    most = min(_others(study, family).size for family in np.unique(study.family[rows]))
    return [_point(study, share, count) for count in COUNTS if count <= most]


def _point(study: Study, share: float, count: int) -> Point:
    rows = study.at(share)
    found = [
        auc(study.failed[rows], scores_of_programs(study, share, count, draw)[rows])
        for draw in range(DRAWS)
    ]
    return Point(count, float(np.mean(found)), min(found), max(found))


def scores_of_programs(study: Study, share: float, count: int, seed: int) -> Floats:
    """Return the log-odds of each row to foresee by a model of so many programs of other families.

    (rows,); NaN for all other rows.
    """
    rng = np.random.default_rng([seed, count])
    inputs = study.table.matrix.select([one.name for one in MODEL_FEATURES])
    rows, scores = study.at(share), np.full(study.failed.size, np.nan)
    for family in np.unique(study.family[rows]):
        chosen = rng.permutation(_others(study, family))[:count]
        train = rows[np.isin(study.program[rows], chosen)]
        test = rows[study.family[rows] == family]
        if np.unique(study.failed[train]).size < 2:
            scores[test] = 0.0  # nothing to learn from: all alike
            continue
        known = ~np.isnan(inputs[train]).all(axis=0)
        learner = boosted_trees()
        learner.fit(inputs[np.ix_(train, known)], study.failed[train])
        scores[test] = log_odds(learner.predict_proba(inputs[np.ix_(test, known)])[:, 1])
    return scores


def _others(study: Study, family: str) -> np.ndarray:
    """Return the programs of all other families, sorted."""
    return np.unique(study.program[study.family != family])
