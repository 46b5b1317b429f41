"""Table ``sample_counts``: is every example of a step evaluated, and once?

Evaluation that runs next to the training loses or repeats examples when a worker is restarted or a
queue is read twice, and the metrics do not show it. So rows are counted in three ways that have to
agree: rows of ``predictions``, rows in the score histograms, and distinct example_ids.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.columnar.value_codes import value_codes
from insight_lib.evaluation.grouping import ALL_ROWS
from insight_lib.lake.contract import contract

STEP_KEY = ["run_id", "step", "split"]


def sample_counts(predictions: pa.Table, histograms: pa.Table, numbered: pa.Array) -> pa.Table:
    """Count the examples of each run, step and split.

    Args:
        predictions: Columns run_id, step, split, example_id and file_id.
        histograms: Columns run_id, step, split, slice, positives and negatives of
            ``score_histograms``.
        numbered: The ids of files whose example_ids are no names; see `numbered_files`.

    Returns:
        Rows of table ``sample_counts``, in order of key: of what is in predictions or histograms.
    """
    rows = _plain(predictions)
    named = rows.filter(pc.invert(pc.is_in(rows["file_id"], numbered)))
    counts = [
        _counted(rows, "rows"),
        _histogram_counts(histograms),
        _counted(named, "named"),
        _repeated(named),
    ]
    joined = counts[0]
    for other in counts[1:]:
        joined = joined.join(other, STEP_KEY, join_type="full outer", coalesce_keys=True)
    for name in ("rows", "counted", "named", "repeated"):
        filled = pc.fill_null(joined[name], 0)
        joined = joined.set_column(joined.schema.get_field_index(name), name, filled)
    return contract("sample_counts").conform(joined).sort_by([(k, "ascending") for k in STEP_KEY])


def _plain(predictions: pa.Table) -> pa.Table:
    names = [*STEP_KEY, "example_id", "file_id"]
    schema = contract("predictions").schema
    return predictions.select(names).cast(pa.schema([schema.field(name) for name in names]))


def _counted(rows: pa.Table, name: str) -> pa.Table:
    found = rows.group_by(STEP_KEY).aggregate([([], "count_all")])
    return found.rename_columns([*STEP_KEY, name])


def _histogram_counts(histograms: pa.Table) -> pa.Table:
    whole = histograms.filter(pc.equal(histograms["slice"], ALL_ROWS))
    counts = pc.add(whole["positives"], whole["negatives"])
    found = whole.select(STEP_KEY).append_column("counted", counts).group_by(STEP_KEY)
    return found.aggregate([("counted", "sum")]).rename_columns([*STEP_KEY, "counted"])


def _repeated(named: pa.Table) -> pa.Table:
    """Of each run, step and split: named rows beyond the first of an id, and the foremost id."""
    times = (
        _perhaps_repeated(named).group_by([*STEP_KEY, "example_id"]).aggregate([([], "count_all")])
    )
    more = times.filter(pc.greater(times["count_all"], 1))
    extra = more.append_column("repeated", pc.subtract(more["count_all"], 1))
    ordered = extra.sort_by([("repeated", "descending"), ("example_id", "ascending")])
    found = ordered.group_by(STEP_KEY, use_threads=False).aggregate(
        [("repeated", "sum"), ("example_id", "first")]
    )
    return found.rename_columns([*STEP_KEY, "repeated", "repeated_example"])


def _perhaps_repeated(named: pa.Table) -> pa.Table:
    """At least the rows whose example_id occurs more than once in their run, step and split.

    Of very many rows there are usually none, and sorting numbers is all that this costs. Numbers
    beyond 64 bits wrap around, so others may have the same.
    """
    number = np.zeros(named.num_rows, np.int64)
    for name in (*STEP_KEY, "example_id"):
        codes = value_codes(named[name])
        number = number * (codes.max(initial=0) + 1) + codes
    ordered = np.sort(number)
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    return named.filter(pa.array(np.isin(number, again)))
