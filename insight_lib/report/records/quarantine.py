"""What the report says of bytes and rows that could not be taken."""

from dataclasses import dataclass
from typing import Literal

from insight_lib.predictions.formats.file_names import TFRECORD, format_of_id


@dataclass(frozen=True, slots=True)
class QuarantineGroup:
    """What of one file is in quarantine for one reason.

    ``count`` spans or rows, the first at ``first_offset`` (a byte, or a row of a prediction file
    that is no TFRecord); ``length`` is their length together, in bytes or rows: 0 for a file of
    which nothing could be taken.
    """

    run_id: str
    file_id: str
    reason: str
    count: int
    first_offset: int
    length: int

    @property
    def of_predictions(self) -> bool:
        """Whether the file is one of predictions, of which rows are counted."""
        return format_of_id(self.file_id) is not None

    @property
    def unit(self) -> Literal["row", "byte"]:
        """What ``first_offset`` and ``length`` count."""
        return "row" if format_of_id(self.file_id) not in (None, TFRECORD) else "byte"


@dataclass(frozen=True, slots=True)
class Quarantine:
    """What is in quarantine: how many spans and rows, in how many groups, and the first groups.

    A group is a file and a reason. ``prediction_rows`` of ``prediction_files`` were not taken;
    ``unopened`` prediction files could not be opened at all, and count in neither.
    """

    total: int
    groups: int
    shown: tuple[QuarantineGroup, ...]
    prediction_rows: int = 0
    prediction_files: int = 0
    unopened: int = 0
