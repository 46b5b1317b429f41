"""How much compute is saved if each flagged run is stopped where it is flagged."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from insight_lib.columnar.arrays import Booleans, Floats


@dataclass(frozen=True)
class Course:
    """Runs over their landmarks; the arrays have shape (runs, landmarks).

    Attributes:
        shares: (landmarks,) of the run that lies behind each, rising.
        scores: NaN where a run was not judged: it had failed by then, or was too short.
        failed: (runs,) what became of each.
        programs: (runs,) of each.
    """

    shares: Floats
    scores: Floats
    failed: Booleans
    programs: npt.NDArray[np.str_]


@dataclass(frozen=True)
class Saving:
    """What stopping does.

    Attributes:
        saved: share of all runs' compute that failed runs no longer take; every run counts the
            same.
        wasted_before: share of all compute that failed runs take when none is stopped.
        healthy_stopped: share of healthy runs that are stopped.
        failed_stopped: share of failed runs that are.
    """

    saved: float
    wasted_before: float
    healthy_stopped: float
    failed_stopped: float


def course_of(
    runs: npt.NDArray[np.str_],
    shares: Floats,
    scores: Floats,
    failed: Booleans,
    programs: npt.NDArray[np.str_],
) -> Course:
    """Return rows of runs and landmarks, each of shape (rows,), as runs over landmarks."""
    landmarks, column = np.unique(shares, return_inverse=True)
    _, first, row = np.unique(runs, return_index=True, return_inverse=True)
    laid = np.full((first.size, landmarks.size), np.nan)
    laid[row, column] = scores
    return Course(landmarks, laid, failed[first], programs[first])


def saving(course: Course, threshold: float) -> Saving:
    """Return what is saved when a run is stopped at its first landmark above the threshold."""
    above = course.scores > threshold  # a NaN is not
    stopped = above.any(axis=1)
    left = 1 - course.shares[np.argmax(above, axis=1)]
    failed = course.failed
    return Saving(
        saved=float(np.sum(left[stopped & failed]) / failed.size),
        wasted_before=float(failed.mean()),
        healthy_stopped=_mean(stopped[~failed]),
        failed_stopped=_mean(stopped[failed]),
    )


def threshold_for(course: Course, most_healthy_stopped: float) -> float:
    """Return the least threshold that stops at most that share of the healthy runs.

    -inf where it may stop all; NaN without a healthy run.
    """
    highest = _highest(course.scores[~course.failed])
    if highest.size == 0:
        return np.nan
    allowed = int(most_healthy_stopped * highest.size + 1e-9)
    return float(np.sort(highest)[-1 - allowed]) if allowed < highest.size else -np.inf


def lead(course: Course, threshold: float, failed_share: Floats) -> Floats:
    """Return how much of the run lies between its first flag and its failure; shape (runs,).

    NaN for healthy runs, for those never flagged, and where it is not known when they failed.

    Args:
        course: the runs.
        threshold: above which a run is flagged.
        failed_share: (runs,) when each failed, as a share of the run; NaN where it is not known.
    """
    above = course.scores > threshold
    at = course.shares[np.argmax(above, axis=1)]
    return np.where(above.any(axis=1) & course.failed, failed_share - at, np.nan)


def _highest(scores: Floats) -> Floats:
    return np.where(np.isnan(scores), -np.inf, scores).max(axis=1, initial=-np.inf)


def _mean(values: Booleans) -> float:
    return float(values.mean()) if values.size else np.nan
