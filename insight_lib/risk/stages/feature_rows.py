"""Rows of ``run_features`` and ``run_outcomes``: what was known of a run, and what became of it."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.features.catalogue import features_of
from insight_lib.risk.features.looking import seen_at
from insight_lib.risk.features.which_layer import layers_of
from insight_lib.risk.landmarks import Landmark, landmarks, planned_last_step
from insight_lib.risk.outcomes.judge import outcome_of

Row = dict[str, Any]


def feature_rows(run: RunView) -> list[Row]:
    """Return a row for each landmark that the run has passed and one for now, by rising step.

    Nothing after a cut-off has any influence on its row but that what the series are, and how long
    the run is planned to be, decides where the landmarks are. Of landmarks at one step, as a short
    run has them, the last is kept.
    """
    by_step = {landmark.step: landmark for landmark in landmarks(run)}
    return [feature_row(run, by_step[step]) for step in sorted(by_step)]


def feature_row(run: RunView, landmark: Landmark) -> Row:
    """Return the row of one landmark; a feature that is not known is absent."""
    seen = seen_at(run, landmark.step)
    return {
        "run_id": run.run_id,
        "cutoff_step": landmark.step,
        "features": list(features_of(seen).items()),
        "layers": list(layers_of(seen).items()),
        "share": landmark.share if landmark.share is not None else share_seen(run, landmark.step),
        "seen_at": last_moment(seen.run.wall_times.values()),
    }


def share_seen(run: RunView, step: int) -> float | None:
    """Return the share of its planned length that a run has come; None if that is unknown."""
    planned = planned_last_step(run)
    return min(step / planned, 1.0) if planned else None


def outcome_row(run: RunView) -> Row:
    """Return the row of ``run_outcomes`` of a run, as if it had ended where it is."""
    outcome = outcome_of(run)
    return {
        "run_id": run.run_id,
        "outcome": outcome.label,
        "kind": outcome.kind,
        "failed_at": outcome.failed_at,
        "sure": outcome.sure,
        "why": outcome.why,
        "last_step": run.last_step,
        "last_at": last_moment(run.wall_times.values()),
    }


def last_moment(wall_times: Iterable[Floats]) -> datetime | None:
    """Return the latest of some clocks, in seconds since 1970; None where none was kept."""
    latest = max((_last(times) for times in wall_times if times.size), default=-math.inf)
    return None if latest <= 0 else datetime.fromtimestamp(latest, UTC)


# The last moment that a datetime can say; a clock beyond it is broken.
_LATEST_S = datetime.max.replace(tzinfo=UTC).timestamp()


def _last(times: Floats) -> float:
    """Return the last moment of a clock (n,), n from 1; minus infinity where none is one."""
    latest = float(times.max())
    if 0 < latest < _LATEST_S:
        return latest
    return float(times.max(where=(times > 0) & (times < _LATEST_S), initial=-math.inf))
