"""Rows of ``risk_backtest``: how the scores of each night, model and landmark turned out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from insight_lib.risk.backtest.given_score import GivenScore
from insight_lib.risk.models.calibration import logistic_line

ANY = "any"
LEAST_FOR_SLOPE = 10
"""Failed runs, and healthy ones: a regression wants some ten events a coefficient (Peduzzi et al.,
Journal of Clinical Epidemiology 49, 1996)."""

Row = dict[str, Any]


def backtest_rows(given: Iterable[GivenScore]) -> list[Row]:
    """Return a row for each night, model and landmark, and one for ``any``, in this order.

    The result does not depend on the order of the scores. A run counts once in a row: at a landmark
    by the latest cut-off that it was scored at, for ``any`` by the first that was flagged.
    """
    nights: dict[tuple[str, str], dict[str, list[GivenScore]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for score in sorted(given, key=lambda one: (one.run_id, one.cutoff_step)):
        nights[score.night, score.model_version][score.run_id].append(score)
    rows = []
    for (night, version), by_run in sorted(nights.items()):
        about = {"night": night, "model_version": version}
        for landmark, scores in sorted(_by_landmark(by_run).items()):
            rows.append(about | {"landmark": landmark} | _counts(scores) | _calibration(scores))
        first = [_first_flagged(scores) for scores in by_run.values()]
        rows.append(about | {"landmark": ANY} | _counts(first))
    return rows


def _by_landmark(by_run: Mapping[str, Sequence[GivenScore]]) -> dict[str, list[GivenScore]]:
    found: dict[str, list[GivenScore]] = defaultdict(list)
    for scores in by_run.values():
        for landmark, latest in {score.landmark: score for score in scores}.items():
            found[landmark].append(latest)
    return found


def _first_flagged(scores: Sequence[GivenScore]) -> GivenScore:
    """Return the first score that was flagged; the last where none was."""
    return next((score for score in scores if score.flagged), scores[-1])


def _counts(scores: Sequence[GivenScore]) -> Row:
    foreseen = [one for one in scores if one.flagged and one.truth.failed]
    false_alarms = [one for one in scores if one.flagged and not one.truth.failed]
    failed = sum(one.truth.failed for one in scores)
    return {
        "runs": len(scores),
        "failed": failed,
        "foreseen": len(foreseen),
        "missed": failed - len(foreseen),
        "false_alarms": len(false_alarms),
        "abstained": sum(one.abstained for one in scores),
        "median_lead_steps": _median([one.lead_steps for one in foreseen]),
        "median_lead_share": _median([one.lead_steps / one.truth.last_step for one in foreseen]),
        "steps_saved": sum(one.steps_left for one in foreseen),
        "hours_saved": _hours(foreseen),
        "steps_lost": sum(one.steps_left for one in false_alarms),
        "hours_lost": _hours(false_alarms),
    }


def _calibration(scores: Sequence[GivenScore]) -> Row:
    """Return how probable failures were said to be and how often they came; empty of no score."""
    known = [one for one in scores if not one.abstained]
    if not known:
        return {}
    said = np.array([one.probability for one in known])
    failed = np.array([one.truth.failed for one in known], dtype=np.float64)
    return {
        "mean_probability": float(said.mean()),
        "failure_rate": float(failed.mean()),
        "brier": float(np.mean((said - failed) ** 2)),
        "calibration_slope": _slope(said, failed),
    }


def _slope(said: np.ndarray[Any, Any], failed: np.ndarray[Any, Any]) -> float | None:
    if min(failed.sum(), failed.size - failed.sum()) < LEAST_FOR_SLOPE:
        return None
    # A certainty has no finite log-odds; float64 knows no probability between these and 0 or 1.
    tiny = np.finfo(np.float64).eps
    cut = np.clip(said, tiny, 1 - tiny)
    return logistic_line(np.log(cut) - np.log1p(-cut), failed)[1]


def _median(values: Sequence[float]) -> float | None:
    return float(np.median(values)) if values else None


def _hours(scores: Sequence[GivenScore]) -> float:
    return sum(one.hours_left for one in scores if one.hours_left is not None)
