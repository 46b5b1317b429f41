"""How long before its failure a run is flagged, by the kind of the failure."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from tests.bench.risk.ranking import MOST_FALSE_ALARMS
from tests.bench.risk.saved import course_of, lead, threshold_for
from tests.bench.risk.study_table import Study

ALL = "all"


@dataclass(frozen=True)
class Lead:
    """Of the failed runs of a kind; leads are shares of the run.

    Attributes:
        kind: of the failure.
        failed: runs that failed so after the first landmark.
        flagged: of these, share that was flagged before.
        leads: (flagged runs,) rising.
    """

    kind: str
    failed: int
    flagged: float
    leads: Floats

    @property
    def row(self) -> tuple[object, ...]:
        """Kind, failed, flagged, and median, least and greatest lead; None without one."""
        if not self.leads.size:
            return self.kind, self.failed, round(self.flagged, 2), None, None, None
        found = np.median(self.leads), self.leads.min(), self.leads.max()
        return (
            self.kind,
            self.failed,
            round(self.flagged, 2),
            *(round(float(x), 2) for x in found),
        )


def leads(study: Study, scores: Floats) -> list[Lead]:
    """Return the leads over all kinds, then of each kind, by name.

    A run is flagged at its first landmark above the one threshold that 5 % of the healthy runs
    cross at any of their landmarks.
    """
    table = study.table
    to_foresee = np.flatnonzero(~table.has_failed)
    rows = (study.run, table.share, scores, study.failed, study.program)
    course = course_of(*(one[to_foresee] for one in rows))
    _, first = np.unique(study.run[to_foresee], return_index=True)
    # A failure without a moment of its own is one of where the run ended.
    failed_share = np.nan_to_num(table.failed_share[to_foresee][first], nan=1.0)
    kind = np.array([str(one) for one in table.kind], dtype=np.str_)[to_foresee][first]
    found = lead(course, threshold_for(course, MOST_FALSE_ALARMS), failed_share)
    kinds = [ALL, *sorted(set(kind[course.failed].tolist()))]
    return [_of(name, course.failed & ((kind == name) | (name == ALL)), found) for name in kinds]


def _of(name: str, which: np.ndarray, found: Floats) -> Lead:
    own = found[which]
    known = np.sort(own[~np.isnan(own)])
    return Lead(name, int(which.sum()), known.size / max(int(which.sum()), 1), known)
