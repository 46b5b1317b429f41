"""What is found while a prediction file is read, and whether its rows are of use together."""

from collections import Counter

import pyarrow as pa

from insight_lib.errors import UnusableRowsError
from insight_lib.predictions.formats.classes import Classes
from insight_lib.predictions.formats.column_mapping import Columns
from insight_lib.predictions.formats.read_file import PredictionRows
from insight_lib.predictions.formats.refused import add_up, by_label

MOST_REASONS = 3
"""Reasons that a message lists."""
PARTS_AT_ONCE = 64
"""Counts of so many parts are held before they are added up."""


class Survey:
    """Counts over the rows of a file, part by part."""

    def __init__(self, path: str, columns: Columns) -> None:
        """Begin with a file of a path, which calls its columns so."""
        self.rows = 0
        self.quarantined = 0
        self._path = path
        self._columns = columns
        self._classes = Classes()
        self._refused: list[pa.Table] = []
        self._reasons: Counter[str] = Counter()

    def add(self, part: PredictionRows) -> None:
        """Count the rows of a part."""
        self.quarantined += part.quarantine.num_rows
        self.rows += part.rows.num_rows + part.quarantine.num_rows
        self._classes.add(part.labels)
        if part.quarantine.num_rows and not self._is_hopeless():
            self._refused.append(by_label(part.refused))
            found = part.quarantine["reason"].value_counts().to_pylist()
            for each in sorted(found, key=lambda one: -one["counts"])[:MOST_REASONS]:
                self._reasons[each["values"]] += each["counts"]
        if len(self._refused) > PARTS_AT_ONCE:
            self._refused = [self.refused()]

    def check(self) -> None:
        """Refuse a file of no binary label, or of which most rows cannot be taken.

        Raises:
            UnusableRowsError: It is such a file.
        """
        problem = self._problem()
        if problem is None and 2 * self.quarantined > self.rows:
            reasons = "; ".join(
                f"{reason} ({rows:,})" for reason, rows in self._reasons.most_common(MOST_REASONS)
            )
            problem = (
                f"has {self.quarantined:,} of {self.rows:,} rows that are invalid, so that none is "
                f"used: {reasons}; write the file again without them"
            )
        if problem is not None:
            raise UnusableRowsError(f"{self._path} {problem}")

    def refused(self) -> pa.Table:
        """Return the rows that were refused, counted."""
        return add_up(self._refused)

    def _problem(self) -> str | None:
        if self._columns.positive is not None:  # the others are its negatives, or strays
            return None
        return self._classes.problem(self._columns.label)

    def _is_hopeless(self) -> bool:
        return self._columns.positive is None and self._classes.is_hopeless
