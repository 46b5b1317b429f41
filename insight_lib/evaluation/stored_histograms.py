"""Score histograms as they are kept: rows of table ``score_histograms`` back to their states."""

from dataclasses import fields

import numpy as np
import pyarrow as pa

from insight_lib.evaluation.arrays import Integers
from insight_lib.evaluation.bucket_sums import BucketSums
from insight_lib.evaluation.grouping import GroupKey
from insight_lib.evaluation.score_histogram import ScoreHistogram
from insight_lib.evaluation.value_codes import value_codes


def stored_histograms(rows: pa.Table) -> dict[GroupKey, ScoreHistogram]:
    """Return the state of each run, step, split and slice.

    Args:
        rows: Rows of table ``score_histograms`` in any order; several of one bucket are merged, of
            several widths at the least.
    """
    if not rows.num_rows:
        return {}
    codes = [
        value_codes(rows[name]) for name in ("run_id", "step", "split", "slice", "prefix_bits")
    ]
    order = np.lexsort(codes)
    changed = np.any([np.diff(code[order]) != 0 for code in codes], axis=0)
    states: dict[GroupKey, ScoreHistogram] = {}
    for places in np.split(order, np.flatnonzero(changed) + 1):
        key, state = _state(rows, places)
        states[key] = states.get(key, ScoreHistogram.empty()).merge(state)
    return states


def _state(rows: pa.Table, places: Integers) -> tuple[GroupKey, ScoreHistogram]:
    first = rows.slice(int(places[0]), 1).to_pylist()[0]
    taken = rows.take(pa.array(places))
    key = GroupKey(first["run_id"], first["step"], first["split"], first["slice"])
    sums = BucketSums(*(taken[field.name].to_numpy() for field in fields(BucketSums)))
    return key, ScoreHistogram(first["prefix_bits"], taken["bucket"].to_numpy(), sums)
