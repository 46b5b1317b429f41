"""The entries of the benchmark table that are about risk, from the committed tables."""

from functools import cache

import numpy as np

from insight_lib.cli.output import print_table
from insight_lib.columnar.arrays import Floats
from insight_lib.risk.landmarks import SHARES
from tests.bench.entry import Entry, at_least_share
from tests.bench.risk.calibration import MOST_ERROR, Calibration, calibration
from tests.bench.risk.contenders import OURS
from tests.bench.risk.kept_scores import committed_scores, committed_study
from tests.bench.risk.ranking import auc, recall
from tests.bench.risk.saved import Course, Saving, course_of, saving, threshold_for
from tests.bench.risk.study_table import Study

AUC_GOALS = {0.10: 0.90, 0.25: 0.95}
RECALL_GOALS = {0.10: 0.55, 0.25: 0.75, 0.50: 0.80}
RULES = "our rules"
HEALTHY_STOPPED = 0.01
CALIBRATION_COLUMNS = ("of the run", "slope", "95 %", "intercept", "debiased error")
SAVING_COLUMNS = (
    "stopped by", "healthy that may be stopped", "compute saved", "of what failed runs take",
    "failed stopped", "healthy stopped",
)  # fmt: skip


def risk_auc_at_10() -> Entry:
    """Return the AUC at 10 % of the run, on unseen families, of runs that have not failed yet."""
    return _auc_entry("risk_auc_at_10", 0.10)


def risk_auc_at_25() -> Entry:
    """Return the AUC at 25 %, likewise."""
    return _auc_entry("risk_auc_at_25", 0.25)


def risk_recall_at_5pct_fpr() -> Entry:
    """Return the recall at 5 % false alarms where it is least against its goal, likewise."""
    study, scores = committed_study(), committed_scores()[OURS]
    found = {share: _recall(study, scores, share) for share in RECALL_GOALS}
    rows = [(f"{share:.0%}", round(found[share], 3), goal) for share, goal in RECALL_GOALS.items()]
    print_table("Recall at 5 % false alarms", ("of the run", "recall", "goal"), rows)
    least = min(found, key=lambda share: found[share] / RECALL_GOALS[share])
    name, value, goal = "risk_recall_at_5pct_fpr", found[least], RECALL_GOALS[least]
    return Entry(name, round(value, 3), f"at {least:.0%}", None, None, None, goal, value >= goal)


def risk_calibration() -> Entry:
    """Return the debiased calibration error where it is greatest; slopes must hold as well."""
    found = committed_calibration()
    print_table("Calibration on unseen families", CALIBRATION_COLUMNS, calibration_rows())
    error = max(one.error for one in found.values())
    holds = all(one.holds for one in found.values())
    name, unit = "risk_calibration", "debiased error"
    return Entry(name, round(error, 3), unit, None, None, None, MOST_ERROR, holds)


def risk_compute_saved() -> Entry:
    """Return the share of compute saved at 1 % of healthy runs stopped, against our rules' alone.

    The goal is to save more than the rules do.
    """
    print_table("Compute saved", SAVING_COLUMNS, saving_rows())
    found = [savings(committed_study(), committed_scores()[name]) for name in (OURS, RULES)]
    ours, rules = (one[HEALTHY_STOPPED].saved for one in found)
    ratio = round(ours / rules, 2) if rules else None
    name, saved = "risk_compute_saved", round(ours, 3)
    return Entry(name, saved, "of compute", RULES, round(rules, 3), ratio, 1.0, ours > rules)


def _auc_entry(name: str, share: float) -> Entry:
    study, scores = committed_study(), committed_scores()[OURS]
    places = study.at(share)
    value = auc(study.failed[places], scores[places])
    return at_least_share(name, value, AUC_GOALS[share])


def _recall(study: Study, scores: Floats, share: float) -> float:
    places = study.at(share)
    return recall(study.failed[places], scores[places])


@cache
def committed_calibration() -> dict[float, Calibration]:
    """Return how ours is calibrated at each share, on the committed tables."""
    study, scores = committed_study(), committed_scores()[OURS]
    return {
        share: calibration(study.failed[at], scores[at], study.program[at])
        for share in SHARES
        for at in (study.at(share),)
    }


def calibration_rows() -> list[tuple[object, ...]]:
    """Return a line a share, under CALIBRATION_COLUMNS."""
    return [
        (f"{share:.0%}", *_calibration_row(one)) for share, one in committed_calibration().items()
    ]


def saving_rows() -> list[tuple[object, ...]]:
    """Return a line for ours and for the rules, at each share of healthy runs that may be stopped.

    Under SAVING_COLUMNS.
    """
    return [
        (name, f"{most:.0%}", *_saving_row(one))
        for name in (OURS, RULES)
        for most, one in savings(committed_study(), committed_scores()[name]).items()
    ]


def courses(study: Study, scores: Floats) -> Course:
    """Return the runs over their landmarks; one that has failed by then is not judged there."""
    shown = np.where(study.table.has_failed, np.nan, scores)
    return course_of(study.run, study.table.share, shown, study.failed, study.program)


def savings(study: Study, scores: Floats) -> dict[float, Saving]:
    """Return what is saved by the share of healthy runs that may be stopped: 0, and 1 %."""
    course = courses(study, scores)
    return {most: saving(course, threshold_for(course, most)) for most in (0.0, HEALTHY_STOPPED)}


def _calibration_row(one: Calibration) -> tuple[object, ...]:
    low, high = one.slope_interval
    return (
        round(one.slope, 2), f"{low:.2f} to {high:.2f}", round(one.intercept, 2),
        round(one.error, 3),
    )  # fmt: skip


def _saving_row(one: Saving) -> tuple[object, ...]:
    of_failed = one.saved / one.wasted_before if one.wasted_before else np.nan
    found = one.saved, of_failed, one.failed_stopped, one.healthy_stopped
    return tuple(round(value, 3) for value in found)
