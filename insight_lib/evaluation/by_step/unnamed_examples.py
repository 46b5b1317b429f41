"""Files whose example_ids are the numbers of their rows, and so name no example."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.evaluation.reading import Selection, scan_selection

ROW_NUMBER = "^(0|[1-9][0-9]{0,17})$"
"""A whole number as it is written, of as many digits as surely fit 64 bits."""


def numbered_files(predictions: pa.Table, prediction_files: pa.Table) -> pa.Array:
    """Return the ids of files whose example_ids say no more than the place of a row.

    Such are the row numbers that ingestion gives to rows without a name: whole numbers, each below
    the number of rows of the file, none twice. Those of two files do not name the same example.

    Args:
        predictions: Columns example_id and file_id.
        prediction_files: Columns file_id and rows of the ledger.
    """
    number = _numbers(predictions["example_id"])
    numbers = pa.table({"file_id": pc.cast(predictions["file_id"], pa.string()), "number": number})
    found = numbers.group_by("file_id").aggregate(
        [("number", "max"), ("number", "count_distinct"), ([], "count_all")]
    )
    ledger = prediction_files.select(["file_id", "rows"])
    found = found.join(ledger, "file_id", join_type="inner")
    fits = pc.less(found["number_max"], found["rows"])
    # Null, where there is no number, is not counted, so a file of numbers alone has no fewer.
    alone = pc.equal(found["number_count_distinct"], found["count_all"])
    return found["file_id"].filter(pc.and_(fits, alone)).combine_chunks()


def numbered_throughout(
    predictions: pa.Table, prediction_files: pa.Table, counted: Selection
) -> pa.Array:
    """Return those of `numbered_files` that are such in all of their steps.

    Ids that rise again in each step of a file look like row numbers where one step alone is seen.
    So the ids of a file of which rows are missing here, and which looks like one, are read.

    Args:
        predictions: Columns example_id and file_id, of all rows of some steps.
        prediction_files: Columns file_id and rows of the ledger.
        counted: All rows of the runs.
    """
    ledger = prediction_files.select(["file_id", "rows"]).to_pylist()
    rows = {entry["file_id"]: entry["rows"] for entry in ledger}
    times = pc.value_counts(pc.cast(predictions["file_id"], pa.string())).to_pylist()
    here = {one["values"]: one["counts"] for one in times}
    ids = replace(counted, columns=("example_id",))
    numbered = [
        file_id
        for file_id in numbered_files(predictions, prediction_files).to_pylist()
        if here[file_id] == rows[file_id] or _are_row_numbers(_ids(ids, file_id), rows[file_id])
    ]
    return pa.array(numbered, pa.string())


def _ids(selection: Selection, file_id: str) -> Iterable[pa.ChunkedArray]:
    own = selection.from_file(file_id)
    return (part["example_id"] for part in scan_selection(own))


def _are_row_numbers(parts: Iterable[pa.ChunkedArray], rows: int) -> bool:
    seen, ids = np.zeros(rows, np.bool_), 0
    for part in parts:
        numbers = _numbers(part)
        if numbers.null_count or pc.any(pc.greater_equal(numbers, rows)).as_py():
            return False
        seen[numbers.to_numpy()] = True
        ids += len(numbers)
    return int(seen.sum()) == ids


def _numbers(example_ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the whole number that each id is, null where it is none."""
    texts = pc.cast(example_ids, pa.string())
    is_number = pc.match_substring_regex(texts, ROW_NUMBER)
    return pc.cast(pc.if_else(is_number, texts, pa.scalar(None, pa.string())), pa.int64())
