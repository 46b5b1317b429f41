"""Table ``sample_counts``: is every example of a step evaluated, and once?

Evaluation that runs beside the training loses or repeats examples when a worker is restarted or a
queue is read twice, and the metrics do not show it. So rows are counted in three ways that have to
agree: rows of ``predictions``, rows in the score histograms, and distinct example_ids.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.evaluation.grouping import ALL_ROWS
from insight_lib.evaluation.value_codes import value_codes
from insight_lib.lake.contract import contract

KEY = ["run_id", "step", "split"]

ROW_NUMBER = "^(0|[1-9][0-9]{0,17})$"
"""A whole number as it is written, of as many digits as surely fit 64 bits."""


def sample_counts(
    predictions: pa.Table, histograms: pa.Table, prediction_files: pa.Table
) -> pa.Table:
    """Count the examples of each run, step and split.

    Args:
        predictions: Columns run_id, step, split, example_id and file_id.
        histograms: Columns run_id, step, split, slice, positives and negatives of
            ``score_histograms``.
        prediction_files: Columns file_id and rows of the ledger.

    Returns:
        Rows of table ``sample_counts``, in order of key: of what is in predictions or histograms.
    """
    rows = _plain(predictions)
    named = rows.filter(
        pc.invert(pc.is_in(rows["file_id"], numbered_files(rows, prediction_files)))
    )
    counts = [
        _counted(rows, "rows"),
        _histogram_counts(histograms),
        _counted(named, "named"),
        _repeated(named),
    ]
    joined = counts[0]
    for other in counts[1:]:
        joined = joined.join(other, KEY, join_type="full outer", coalesce_keys=True)
    for name in ("rows", "counted", "named", "repeated"):
        filled = pc.fill_null(joined[name], 0)
        joined = joined.set_column(joined.schema.get_field_index(name), name, filled)
    return contract("sample_counts").conform(joined).sort_by([(k, "ascending") for k in KEY])


def numbered_files(predictions: pa.Table, prediction_files: pa.Table) -> pa.Array:
    """Return the ids of files whose example_ids say no more than the place of a row.

    Such are the row numbers that ingestion gives to rows without a name: whole numbers, each below
    the number of rows of the file, none twice. Those of two files do not name the same example.

    Args:
        predictions: Columns example_id and file_id.
        prediction_files: Columns file_id and rows of the ledger.
    """
    is_number = pc.match_substring_regex(predictions["example_id"], ROW_NUMBER)
    texts = pc.if_else(is_number, predictions["example_id"], pa.scalar(None, pa.string()))
    numbers = pa.table({"file_id": predictions["file_id"], "number": pc.cast(texts, pa.int64())})
    found = numbers.group_by("file_id").aggregate(
        [("number", "max"), ("number", "count_distinct"), ([], "count_all")]
    )
    ledger = prediction_files.select(["file_id", "rows"])
    found = found.join(ledger, "file_id", join_type="inner")
    fits = pc.less(found["number_max"], found["rows"])
    # Null, where there is no number, is not counted, so a file of numbers alone has no fewer.
    alone = pc.equal(found["number_count_distinct"], found["count_all"])
    return found["file_id"].filter(pc.and_(fits, alone)).combine_chunks()


def _plain(predictions: pa.Table) -> pa.Table:
    names = [*KEY, "example_id", "file_id"]
    schema = contract("predictions").schema
    return predictions.select(names).cast(pa.schema([schema.field(name) for name in names]))


def _counted(rows: pa.Table, name: str) -> pa.Table:
    found = rows.group_by(KEY).aggregate([([], "count_all")])
    return found.rename_columns([*KEY, name])


def _histogram_counts(histograms: pa.Table) -> pa.Table:
    whole = histograms.filter(pc.equal(histograms["slice"], ALL_ROWS))
    counts = pc.add(whole["positives"], whole["negatives"])
    found = whole.select(KEY).append_column("counted", counts).group_by(KEY)
    return found.aggregate([("counted", "sum")]).rename_columns([*KEY, "counted"])


def _repeated(named: pa.Table) -> pa.Table:
    """Of each run, step and split: named rows beyond the first of an id, and the foremost id."""
    times = _perhaps_repeated(named).group_by([*KEY, "example_id"]).aggregate([([], "count_all")])
    more = times.filter(pc.greater(times["count_all"], 1))
    extra = more.append_column("repeated", pc.subtract(more["count_all"], 1))
    ordered = extra.sort_by([("repeated", "descending"), ("example_id", "ascending")])
    found = ordered.group_by(KEY, use_threads=False).aggregate(
        [("repeated", "sum"), ("example_id", "first")]
    )
    return found.rename_columns([*KEY, "repeated", "repeated_example"])


def _perhaps_repeated(named: pa.Table) -> pa.Table:
    """At least the rows whose example_id occurs more than once in their run, step and split.

    Of very many rows there are usually none, and sorting numbers is all that this costs. Numbers
    beyond 64 bits wrap around, so others may have the same.
    """
    number = np.zeros(named.num_rows, np.int64)
    for name in (*KEY, "example_id"):
        codes = value_codes(named[name])
        number = number * (codes.max(initial=0) + 1) + codes
    ordered = np.sort(number)
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    return named.filter(pa.array(np.isin(number, again)))
