"""``when = "data_quality"``: rows and spans of bytes that could not be taken, by file."""

from dataclasses import dataclass

from insight_lib.alerts.conditions.condition import Night
from insight_lib.alerts.match import Match

_KEY = ("run_id", "file_id", "batch")


@dataclass(frozen=True)
class DataQuality:
    """Files of which a batch put something into quarantine."""

    def matches(self, seen: Night) -> list[Match]:
        """Return the files, each with the first reason; what another batch refuses is another."""
        spans = seen.lake.read("quarantine", [*_KEY, "offset", "length", "reason"])
        # Without threads, since `first` is that of the order.
        files = spans.sort_by("offset").group_by(list(_KEY), use_threads=False)
        found = files.aggregate([("reason", "first"), ("length", "max"), ("offset", "count")])
        return [
            Match(
                (row["file_id"], str(row["batch"])),
                row["run_id"],
                "error" if row["length_max"] == 0 else "warning",
                _said(row["file_id"], row["offset_count"], row["reason_first"], row["length_max"]),
                "",
            )
            for row in found.to_pylist()
        ]


def _said(file_id: str, refused: int, reason: str, longest: int) -> str:
    """Say what was refused; a span of no length is a whole file."""
    if longest == 0:
        return f"Nothing of {file_id} could be taken: {reason}"
    return f"{refused:,} {'part' if refused == 1 else 'parts'} of {file_id} refused: {reason}"
