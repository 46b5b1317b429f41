"""What the commands say of the event files that they read below a directory."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from insight_lib.dissection.reading import DamagedSpan
from insight_lib.errors import InputError

_MOST_NAMED = 10
"""Damaged spans; the rest is counted."""


def tell_closed(folders: Sequence[str]) -> None:
    """Name on stderr the folders that may not be entered."""
    for folder in folders:
        print(f"  cannot open folder {folder}; its files are not read", file=sys.stderr)


def check_records(log_dir: Path, files: int, records: int) -> None:
    """Refuse files that hold no record.

    Raises:
        InputError: nothing can be said about the runs.
    """
    if not records:
        raise InputError(
            f"no intact record was found in {files} event files below {log_dir}; wait for the "
            "first flush of a run that has just begun, or copy the files again from where they "
            "were written"
        )


def tell_damaged(damaged: Sequence[DamagedSpan], where_all: str) -> None:
    """Name on stderr the first damaged spans.

    Args:
        damaged: of all files.
        where_all: says where the others are named.
    """
    for line in _damage(damaged, where_all):
        print(f"  {line}", file=sys.stderr)


def _damage(damaged: Sequence[DamagedSpan], where_all: str) -> Iterator[str]:
    for span in damaged[:_MOST_NAMED]:
        place = f"offset {span.offset:,}, {span.length_bytes:,} bytes"
        yield f"damaged: {span.file_id}, {place}: {span.reason}"
    more = len(damaged) - _MOST_NAMED
    if more > 0:
        yield f"and {more:,} more damaged spans: {where_all}"
