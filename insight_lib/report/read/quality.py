"""The tables ``quarantine`` and ``event_files`` -> what of the data could not be read, by kind."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from insight_lib.report.read.kinds import kind_of
from insight_lib.report.records.quality import Quality, QualityKind
from insight_lib.report.records.quarantine import Quarantine, QuarantineGroup

SPAN_COLUMNS = ("run_id", "file_id", "offset", "length", "reason")
FILE_COLUMNS = ("file_id", "status")
MAX_GROUPS = 50
MAX_KINDS = 20
MAX_FILES = 5
"""Files of a kind that are named."""


def quarantine(table: pa.Table) -> Quarantine:
    """Return spans and rows by run, file and kind of reason: the first groups, and their counts."""
    groups = _groups(table)
    rows = [group for group in groups if group.of_predictions and group.length]
    return Quarantine(
        total=table.num_rows,
        groups=len(groups),
        shown=tuple(groups[:MAX_GROUPS]),
        prediction_rows=sum(group.count for group in rows),
        prediction_files=len({group.file_id for group in rows}),
        unopened=len({each.file_id for each in groups if each.of_predictions and not each.length}),
    )


def quality(spans: pa.Table, files: pa.Table) -> Quality:
    """Return what could not be read, wholly refused files first, then what hits most.

    Args:
        spans: table ``quarantine``, its ``SPAN_COLUMNS``.
        files: table ``event_files``, its ``FILE_COLUMNS``.
    """
    alike: dict[tuple[str, bool, bool], list[QuarantineGroup]] = {}
    for group in _groups(spans):
        is_whole = group.of_predictions and not group.length
        alike.setdefault((group.reason, is_whole, group.of_predictions), []).append(group)
    kinds = sorted((_kind(key, those) for key, those in alike.items()), key=_whole_files_first)
    unreadable = sorted(
        row["file_id"] for row in files.to_pylist() if row["status"] == "unreadable"
    )
    return Quality(
        kinds=tuple(kinds[:MAX_KINDS]),
        kinds_left_out=max(len(kinds) - MAX_KINDS, 0),
        unreadable=tuple(unreadable[:MAX_FILES]),
        unreadable_count=len(unreadable),
    )


def _kind(key: tuple[str, bool, bool], groups: Sequence[QuarantineGroup]) -> QualityKind:
    reason, is_whole, of_rows = key
    files = len({group.file_id for group in groups})
    return QualityKind(
        reason=reason,
        is_whole=is_whole,
        of_rows=of_rows,
        count=files if is_whole else sum(group.count for group in groups),
        files=files,
        shown=tuple(sorted(groups, key=lambda group: -group.count)[:MAX_FILES]),
    )


def _whole_files_first(kind: QualityKind) -> tuple[bool, int, str]:
    return not kind.is_whole, -kind.count, kind.reason


def _groups(table: pa.Table) -> list[QuarantineGroup]:
    """Return what is in quarantine by run, file and kind, by file and place."""
    reasons = table["reason"].combine_chunks().dictionary_encode()
    kinds = pa.array([kind_of(each) for each in reasons.dictionary.to_pylist()], pa.string())
    of_kinds = table.drop_columns(["reason"]).append_column(
        "reason", kinds.take(reasons.indices) if len(reasons) else pa.array([], pa.string())
    )
    found = of_kinds.group_by(["run_id", "file_id", "reason"]).aggregate(
        [("offset", "count"), ("offset", "min"), ("length", "sum")]
    )
    order = [("file_id", "ascending"), ("offset_min", "ascending"), ("reason", "ascending")]
    return [_group(row) for row in found.sort_by(order).to_pylist()]


def _group(row: Mapping[str, Any]) -> QuarantineGroup:
    return QuarantineGroup(
        run_id=row["run_id"],
        file_id=row["file_id"],
        reason=row["reason"],
        count=row["offset_count"],
        first_offset=row["offset_min"],
        length=row["length_sum"],
    )
