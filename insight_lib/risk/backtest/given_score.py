"""A score that was given, next to what became of the run."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from insight_lib.risk.landmarks import SHARES
from insight_lib.risk.stages.scoring import FITTED
from insight_lib.risk.stages.truth import Truth

NOW = "now"
_SECONDS_AN_HOUR = 3600.0


@dataclass(frozen=True)
class GivenScore:
    """A score of a run that had not failed yet and was not over, and what became of the run.

    Attributes:
        run_id: the run.
        night: the day on which the score was given, UTC, such as 2026-03-01.
        model_version: the model that gave it.
        landmark: how much of the run was seen, such as ``10 %``, or ``now``.
        cutoff_step: up to which step.
        probability: of failure that was predicted.
        abstained: whether the model did not know.
        flagged: whether the run was flagged.
        truth: what became of it.
        hours_left: from what was seen to the run's end; None where no clock was kept.
    """

    run_id: str
    night: str
    model_version: str
    landmark: str
    cutoff_step: int
    probability: float
    abstained: bool
    flagged: bool
    truth: Truth
    hours_left: float | None

    @property
    def steps_left(self) -> int:
        """Steps that the run trained on after it was scored."""
        return self.truth.last_step - self.cutoff_step

    @property
    def lead_steps(self) -> int:
        """Steps from the score to the failure, or to the end of a healthy run."""
        return self.truth.end_step - self.cutoff_step


def given_scores(
    rows: Iterable[Mapping[str, Any]], truths: Mapping[str, Truth]
) -> Iterator[GivenScore]:
    """Yield the scores that can be held against the truth, in their order.

    Left out are those of runs whose outcome is not known, of runs that had failed or were over by
    then, by a model that learnt from the run, and those of before version 2 of the table.

    Args:
        rows: of ``risk_scores``.
        truths: what became of each run.
    """
    for row in rows:
        truth = truths.get(row["run_id"])
        is_told = row["scored_at"] is not None and row["kind"] != FITTED
        if truth is not None and is_told and row["cutoff_step"] < truth.end_step:
            yield _given(row, truth)


def landmark_name(share: float | None) -> str:
    """Return the name of a landmark of a share of the planned length; ``now`` of any other share.

    >>> landmark_name(0.25), landmark_name(0.31), landmark_name(None)
    ('25 %', 'now', 'now')
    """
    return f"{share:.0%}".replace("%", " %") if share in SHARES else NOW


def _given(row: Mapping[str, Any], truth: Truth) -> GivenScore:
    return GivenScore(
        run_id=row["run_id"],
        night=row["scored_at"].astimezone(UTC).date().isoformat(),
        model_version=row["model_version"],
        landmark=landmark_name(row["share"]),
        cutoff_step=row["cutoff_step"],
        probability=row["probability"],
        abstained=bool(row["abstained"]),
        flagged=bool(row["flagged"]),
        truth=truth,
        hours_left=_hours(row["seen_at"], truth.last_at),
    )


def _hours(start: datetime | None, end: datetime | None) -> float | None:
    """Return the hours between two moments, 0 where the clock was set back; None of none."""
    if start is None or end is None:
        return None
    return max((end - start).total_seconds() / _SECONDS_AN_HOUR, 0.0)
