"""The figures of the study: each contender at each share, on the same rows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats
from insight_lib.risk.landmarks import SHARES
from tests.bench.risk.contenders import OURS
from tests.bench.risk.intervals import auc_interval
from tests.bench.risk.paired import LEAST_OF_A_CLASS, Comparison, compare
from tests.bench.risk.ranking import auc, auc_by_group, rate_by_group, recall, threshold_of
from tests.bench.risk.study_table import Study

COMPARED_AT = (0.10, 0.25)
"""Shares at which ours is to be ahead of all others."""


@dataclass(frozen=True)
class Figures:
    """How a contender does at a share, among runs that have not failed by then.

    Attributes:
        auc: over all rows, whatever their family.
        auc_interval: 95 %, by bootstrap over programs.
        auc_in_family: mean over families of the AUC within each.
        auc_finite: without runs that fail by a value that is not finite.
        recall: at 5 % false alarms over all healthy rows.
        worst_family: the greatest share of false alarms in a family at that threshold.
        compared: ours against it; None of ours, and at shares that are not compared.
    """

    auc: float
    auc_interval: tuple[float, float]
    auc_in_family: float
    auc_finite: float
    recall: float
    worst_family: float
    compared: Comparison | None = None


@dataclass(frozen=True)
class Rows:
    """Runs to foresee at a share: how many, how many fail, and how many of these non-finitely."""

    runs: int
    failed: int
    non_finite: int
    already_failed: int


def rows_at(study: Study, share: float) -> Rows:
    """Return how many runs there are to foresee at a share, and how many have failed by then."""
    places = study.at(share)
    reached = np.isclose(study.table.share, share)
    return Rows(
        int(places.size),
        int(study.failed[places].sum()),
        int(study.is_non_finite[places].sum()),
        int(np.sum(reached & study.table.has_failed)),
    )


def figures(study: Study, scores: Mapping[str, Floats]) -> dict[float, dict[str, Figures]]:
    """Return the figures of each contender, by share and name.

    P-values of comparisons are corrected for all others at all of COMPARED_AT together.

    Args:
        study: the rows.
        scores: name to scores, (rows,); ours among them.
    """
    comparisons = _comparisons(study, scores)
    return {
        share: {
            name: _figures(study, share, each, comparisons.get((share, name)))
            for name, each in scores.items()
        }
        for share in SHARES
    }


def _comparisons(study: Study, scores: Mapping[str, Floats]) -> dict[tuple[float, str], Comparison]:
    """Return comparisons of ours with each other, at shares; a family counts once a share."""
    ours, others = {}, {}
    for share in COMPARED_AT:
        within = {name: _within_families(study, share, each) for name, each in scores.items()}
        ours |= {f"{share} {family}": value for family, value in within[OURS].items()}
        for name in scores.keys() - {OURS}:
            others[share, name] = {f"{share} {f}": value for f, value in within[name].items()}
    keys = sorted(others)
    named = {f"{share} {name}": others[share, name] for share, name in keys}
    found = compare(ours, named)
    return {key: found[f"{key[0]} {key[1]}"] for key in keys}


def _within_families(study: Study, share: float, scores: Floats) -> dict[str, float]:
    places = study.at(share)
    return auc_by_group(
        study.failed[places], scores[places], study.family[places], LEAST_OF_A_CLASS
    )


def _figures(study: Study, share: float, scores: Floats, compared: Comparison | None) -> Figures:
    places = study.at(share)
    failed, own = study.failed[places], scores[places]
    finite = ~study.is_non_finite[places]
    within = _within_families(study, share, scores)
    return Figures(
        auc=auc(failed, own),
        auc_interval=auc_interval(failed, own, study.program[places]),
        auc_in_family=float(np.mean(list(within.values()))) if within else np.nan,
        auc_finite=auc(failed[finite], own[finite]),
        recall=recall(failed, own),
        worst_family=_worst_family(study, places, failed, own),
        compared=compared,
    )


def _worst_family(study: Study, places: Floats, failed: Booleans, scores: Floats) -> float:
    alarms = (scores > threshold_of(failed, scores))[~failed]
    rates = rate_by_group(alarms, study.family[places][~failed])
    return max(rates.values(), default=np.nan)
