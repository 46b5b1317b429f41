"""What is stated of a model: its figures on families it has not seen, and its limits."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from insight_lib.columnar.arrays import Floats, Places
from insight_lib.risk.models.conformal import MOST_FALSE_ALARMS, MOST_IN_A_FAMILY, Threshold
from insight_lib.risk.models.landmark_places import places_of
from insight_lib.risk.models.member import Member
from insight_lib.risk.models.novelty import ABSTAIN_QUANTILE
from insight_lib.risk.models.quality import quality_of
from insight_lib.risk.training.compare import is_better
from insight_lib.risk.training.families import families_left_out
from insight_lib.risk.training.learning_table import LearningTable
from insight_lib.risk.training.out_of_family import OutOfFamily


def metrics_of(
    table: LearningTable, unseen: OutOfFamily, landmarks: tuple[float, ...]
) -> dict[str, Any]:
    """Return the figures of what was said of unseen families; JSON can hold it, unknown is null.

    Only runs that had not failed yet are judged. By landmark, as ``"0.1"``, and beside that over
    all of them, against the base rate of the other families.
    """
    landmark = places_of(table.share, landmarks)
    to_judge = ~table.has_failed
    found: dict[str, Any] = {
        f"{share:g}": _figures(table, unseen, np.flatnonzero(to_judge & (landmark == place)))
        for place, share in enumerate(landmarks)
    }
    rows = np.flatnonzero(to_judge)
    every = _figures(table, unseen, rows)
    families = [table.family[i] for i in rows]
    base = base_rate_log_odds(table)[rows]
    gain = is_better(table.failed[rows], unseen.log_odds[rows], base, families)
    return {
        **every,
        "landmarks": found,
        "gain_over_base_rate": gain.mean,
        "gain_stderr": _or_null(gain.stderr),
        "runs": len(set(table.matrix.run_ids)),
        "programs": len(set(table.program)),
        "families": len(set(table.family)),
    }


def _figures(table: LearningTable, unseen: OutOfFamily, rows: Places) -> dict[str, Any]:
    quality = asdict(
        quality_of(table.failed[rows], unseen.log_odds[rows], [table.program[i] for i in rows])
    )
    rates = false_alarms_by_family(table, unseen, rows)
    flagged = unseen.flagged[rows]
    failed = table.failed[rows] == 1
    more = {
        "recall_flagged": float(flagged[failed].mean()) if failed.any() else math.nan,
        "false_alarms_mean": float(np.mean(list(rates.values()))) if rates else math.nan,
        "false_alarms_worst": max(rates.values(), default=math.nan),
        "abstains": float(unseen.abstains[rows].mean()) if rows.size else math.nan,
    }
    return {name: _or_null(one) for name, one in (quality | more).items()}


def _or_null(value: Any) -> Any:  # noqa: ANN401  (a value of JSON)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def false_alarms_by_family(
    table: LearningTable, unseen: OutOfFamily, rows: Places
) -> dict[str, float]:
    """Return family to the share of its healthy runs among these rows that were flagged."""
    healthy = rows[table.failed[rows] == 0]
    names = np.array([table.family[i] for i in healthy], dtype=np.str_)
    return {
        str(one): float(unseen.flagged[healthy[names == one]].mean()) for one in np.unique(names)
    }


def base_rate_log_odds(table: LearningTable) -> Floats:
    """Return the log-odds of the share of failed rows, not yet failed, in all other families.

    Shape (rows,). One failed and one healthy run more are counted (Laplace), so it is finite.
    """
    found = np.empty(len(table.failed))
    for _, train, test in families_left_out(table.family):
        known = table.failed[train][~table.has_failed[train]]
        found[test] = np.log((known.sum() + 1) / (known.size - known.sum() + 1))
    return found


def card_of(
    table: LearningTable,
    members: Sequence[Member],
    limits: Sequence[Sequence[Threshold]],
    landmarks: tuple[float, ...],
) -> dict[str, Any]:
    """Return what a person should know of the model; JSON can hold it."""
    names = [*(f"{share:g}" for share in landmarks), "any share"]
    return {
        "what": "risk that a training run fails, from what its logs show so far",
        "learnt_from": {
            "runs": len(set(table.matrix.run_ids)),
            "failed_runs": len(_runs_that_failed(table)),
            "families": sorted(set(table.family)),
            "programs": sorted(set(table.program)),
            "landmarks": list(landmarks),
        },
        "measured_on": "families of programs left out in turn, runs that had not failed yet",
        "models": [
            {
                "name": member.name,
                "needs_one_of": list(member.needs),
                "features": int(member.columns.size),
                "thresholds": {
                    name: {key: _or_null(value) for key, value in asdict(one).items()}
                    for name, one in zip(names, own, strict=True)
                },
            }
            for member, own in zip(members, limits, strict=True)
        ],
        "false_alarms_promised": {"mean": MOST_FALSE_ALARMS, "worst_family": MOST_IN_A_FAMILY},
        "abstains": f"above the novelty of {ABSTAIN_QUANTILE:.0%} of the runs learnt from",
        "limits": "learnt from small programs; a run unlike any of these is said to be unknown",
    }


def _runs_that_failed(table: LearningTable) -> set[str]:
    pairs = zip(table.matrix.run_ids, table.failed, strict=True)
    return {run for run, failed in pairs if failed == 1}
