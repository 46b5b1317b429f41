"""What of the data could not be read, by kind."""

from dataclasses import dataclass

from insight_lib.report.records.quarantine import QuarantineGroup


@dataclass(frozen=True, slots=True)
class QualityKind:
    """Files in which the same is wrong.

    Attributes:
        reason: what is wrong.
        is_whole: whether nothing of these files could be taken.
        of_rows: whether ``count`` counts rows; else spans of bytes.
        count: rows or spans, of all files together; of wholly refused files their number.
        files: how many there are.
        shown: the first of them.
    """

    reason: str
    is_whole: bool
    of_rows: bool
    count: int
    files: int
    shown: tuple[QuarantineGroup, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """Kinds of faults in the data, wholly refused files first, and what else there is.

    ``kinds_left_out`` counts those that are not in ``kinds``; ``unreadable`` are files that could
    not be opened in the last night and are tried again, the first of ``unreadable_count``.
    """

    kinds: tuple[QualityKind, ...]
    kinds_left_out: int
    unreadable: tuple[str, ...]
    unreadable_count: int

    @property
    def is_clean(self) -> bool:
        """Whether everything was read."""
        return not self.kinds and not self.unreadable_count
