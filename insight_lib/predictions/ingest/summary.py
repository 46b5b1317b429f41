"""What a batch of prediction files brought, said for people in a line."""

from dataclasses import dataclass

from insight_lib.predictions.formats.file_names import TFRECORD, format_of_id


@dataclass(frozen=True)
class PredictionSummary:
    """What an ingestion brought.

    Attributes:
        files_read: those that are new, replaced or read otherwise than before.
        new_bytes: their size.
        rows: all rows of them.
        quarantined: rows that were not taken, and files as a whole.
        unreadable: files and folders that could not be read, and are tried again next time.
        batches: numbers of the batches that were run, none where nothing was new.
        repeated_batch: the one of them that was interrupted earlier, if there was one.
        refused_files: of the quarantined those that are whole files.
        passed_over: what is said of files that look like predictions and are not read.
    """

    files_read: int = 0
    new_bytes: int = 0
    rows: int = 0
    quarantined: int = 0
    unreadable: tuple[str, ...] = ()
    batches: tuple[int, ...] = ()
    repeated_batch: int | None = None
    refused_files: int = 0
    passed_over: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The summary in a line."""
        said = (
            f"{self.files_read:,} new files, {self.rows:,} rows, {self.new_bytes / 1e6:,.1f} MB, "
            f"{self.quarantined - self.refused_files:,} rows quarantined"
        )
        if self.refused_files:
            said += f", {self.refused_files:,} files refused as a whole"
        if self.unreadable:
            said += f", {len(self.unreadable):,} left unread"
        return said


def together(repeated: PredictionSummary, new: PredictionSummary) -> PredictionSummary:
    """Return the summary of a repeated batch, or of none, and of what was planned after it."""
    return PredictionSummary(
        files_read=repeated.files_read + new.files_read,
        new_bytes=repeated.new_bytes + new.new_bytes,
        rows=repeated.rows + new.rows,
        quarantined=repeated.quarantined + new.quarantined,
        unreadable=tuple(dict.fromkeys(repeated.unreadable + new.unreadable)),
        batches=repeated.batches + new.batches,
        repeated_batch=repeated.batches[0] if repeated.batches else None,
        refused_files=repeated.refused_files + new.refused_files,
        passed_over=new.passed_over,
    )


def row_place(file_id: str, offset: int, length: int) -> str:
    """Say where something of a prediction file is that was not taken."""
    if length == 0:
        return "the whole file"
    in_bytes = format_of_id(file_id) == TFRECORD
    return f"offset {offset:,}, {length:,} bytes" if in_bytes else f"row {offset:,}"
