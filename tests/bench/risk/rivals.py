"""What could have shipped instead of ours: other learners on all that is known of a run.

In a file of its own, so that a change of it costs no other contender's kept scores.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from insight_lib.columnar.arrays import Floats, Places
from insight_lib.risk.landmarks import SHARES
from insight_lib.risk.models.matrix import FeatureMatrix
from insight_lib.risk.models.set_network import Labels, RunInputs, fit_set_network
from tests.bench.risk.contenders import OURS, Contender, boosted_trees, logistic
from tests.bench.risk.out_of_family import scores_out_of_family
from tests.bench.risk.set_tokens import read_inputs
from tests.bench.risk.study_table import Study

MEMBERS = 2
"""Half as many as a set network has otherwise: each is some 10 s of CPU in each fold."""
FOLDS = 5
"""Families are dealt into these, so that three of 14 are left out at a time: one at a time would
take thrice as long. It is a handicap, as the other contenders learn from two families more."""
_SEED = 0


def network_scores(study: Study, inputs: RunInputs) -> Floats:
    """Return the log-odds of each row to foresee by a set network, (rows,); NaN for all others.

    A network a fold, over all shares, learnt from the rows to foresee of families outside of it.

    Args:
        study: the rows.
        inputs: of the same rows.
    """
    known = with_share(inputs, study.table.share)
    found = np.full(study.failed.size, np.nan)
    rows = np.sort(np.concatenate([study.at(share) for share in SHARES]))
    for is_test in folds(study, rows):
        train, test = rows[~is_test], rows[is_test]
        network = fit_set_network(known.rows(train), _labels(study, train), _SEED, MEMBERS)
        found[test] = network.log_odds(known.rows(test))
    return found


def folds(study: Study, rows: Places) -> Iterator[np.ndarray]:
    """Yield whether each of the rows is left out, (rows,); whole families are."""
    families = np.unique(study.family[rows])
    for fold in range(FOLDS):
        yield np.isin(study.family[rows], families[fold::FOLDS])


def with_share(inputs: RunInputs, share: Floats) -> RunInputs:
    """Return inputs with the share of the run as a feature, as ours has it."""
    of_runs = inputs.features
    values = np.column_stack([of_runs.values, share])
    named = FeatureMatrix(of_runs.run_ids, (*of_runs.names, "share"), values)
    return replace(inputs, features=named)


def _labels(study: Study, rows: Places) -> Labels:
    kinds = [study.table.kind[row] for row in rows]
    return Labels(study.table.failed[rows], kinds, np.ones(rows.size), study.family[rows].tolist())


def blended(scores: Mapping[str, Floats]) -> Floats:
    """Return the mean of the log-odds of ours and of the set network, (rows,)."""
    return np.asarray((scores[OURS] + scores[SET_NETWORK.name]) / 2)


def _trees(study: Study) -> Floats:
    return scores_out_of_family(study, study.table.matrix.values, boosted_trees, SHARES)


def _logistic(study: Study) -> Floats:
    return scores_out_of_family(study, study.table.matrix.values, logistic, SHARES)


SET_NETWORK = Contender(
    "set network (Keras)",
    f"layers as a set, curves and all features; {MEMBERS} networks, the families left out in "
    f"{FOLDS} parts",
    lambda study: network_scores(study, read_inputs(study)),
)
RIVALS = (
    Contender("all features, trees", "gradient-boosted trees of scikit-learn", _trees),
    Contender("all features, logistic", "logistic regression of scikit-learn", _logistic),
    SET_NETWORK,
)
BLENDED = "blend with set network"
BLENDED_WHAT = "the mean of the log-odds of ours and of the set network"
