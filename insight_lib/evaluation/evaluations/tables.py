"""Evaluations as rows of the tables that hold them, and their states from these rows again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from insight_lib.columnar.repeated import repeated
from insight_lib.evaluation.grouping import KEY, GroupKey, group_by_key
from insight_lib.evaluation.metrics.bucket_sums import BucketSums
from insight_lib.evaluation.metrics.curves import Curve
from insight_lib.evaluation.metrics.evaluate import Evaluation, curves_of
from insight_lib.evaluation.metrics.evaluation_state import EvaluationState
from insight_lib.evaluation.metrics.log_loss import ProbabilitySums
from insight_lib.evaluation.metrics.score_histogram import ScoreHistogram
from insight_lib.lake.contract import contract


@dataclass(frozen=True)
class EvaluationTables:
    """Rows that fit the contracts of the tables of the same names, in order of key.

    Attributes:
        score_histograms: The occupied buckets of each run, step, split and slice.
        probability_sums: A row for each run, step, split and slice.
        evaluations: Likewise.
        curves: The curves of those that were asked for.
    """

    score_histograms: pa.Table
    probability_sums: pa.Table
    evaluations: pa.Table
    curves: pa.Table


TABLES = tuple(field.name for field in fields(EvaluationTables))
"""In the order in which they are committed: what is kept, then what people read."""


def evaluation_tables(
    found: Mapping[GroupKey, Evaluation], drawn: Collection[GroupKey]
) -> EvaluationTables:
    """Return evaluations as tables, with the curves of the keys in ``drawn``."""
    keys = sorted(found)
    states = {key: found[key].state for key in keys}
    metrics = [{**asdict(key), **found[key].metrics} for key in keys]
    curves = [(key, curve) for key in keys if key in drawn for curve in curves_of(found[key])]
    return EvaluationTables(
        _histogram_table(states),
        _sums_table(states),
        pa.Table.from_pylist(metrics, schema=contract("evaluations").schema),
        _curve_table(curves),
    )


def _sums_table(states: Mapping[GroupKey, EvaluationState]) -> pa.Table:
    rows = [{**asdict(key), **asdict(state.probability)} for key, state in states.items()]
    return pa.Table.from_pylist(rows, schema=contract("probability_sums").schema)


def _histogram_table(states: Mapping[GroupKey, EvaluationState]) -> pa.Table:
    if not states:
        return contract("score_histograms").empty()
    histograms = [state.histogram for state in states.values()]
    lengths = [len(histogram.buckets) for histogram in histograms]
    sums = {
        field.name: np.concatenate([h.sums.columns()[field.name] for h in histograms])
        for field in fields(BucketSums)
    }
    columns = {
        **_key_columns(list(states), lengths),
        "prefix_bits": np.repeat(np.array([h.prefix_bits for h in histograms], np.int32), lengths),
        "bucket": np.concatenate([histogram.buckets for histogram in histograms]),
        **sums,
    }
    return contract("score_histograms").conform(pa.table(columns))


def _curve_table(curves: Sequence[tuple[GroupKey, Curve]]) -> pa.Table:
    if not curves:
        return contract("curves").empty()
    lengths = [len(curve.x) for _, curve in curves]
    columns = {
        **_key_columns([key for key, _ in curves], lengths),
        "curve": repeated([curve.name for _, curve in curves], lengths),
        "point": np.concatenate([np.arange(length, dtype=np.int32) for length in lengths]),
        "x": np.concatenate([curve.x for _, curve in curves]),
        "y": np.concatenate([curve.y for _, curve in curves]),
        "thinning_error": np.repeat([curve.thinning_error for _, curve in curves], lengths),
    }
    return contract("curves").conform(pa.table(columns))


def _key_columns(
    keys: Sequence[GroupKey], lengths: Sequence[int]
) -> dict[str, pa.Array | npt.NDArray[np.int64]]:
    """Return the columns of the key, each key repeated as often as stated."""
    texts = {
        name: repeated([getattr(key, name) for key in keys], lengths)
        for name in KEY
        if name != "step"
    }
    return texts | {"step": np.repeat(np.array([key.step for key in keys], np.int64), lengths)}


def keys_of(table: pa.Table) -> frozenset[GroupKey]:
    """Return the keys of the rows of any of the tables."""
    columns = (table[name].to_pylist() for name in KEY)
    return frozenset(map(GroupKey, *columns))


def states_of(histograms: pa.Table, sums: pa.Table) -> dict[GroupKey, EvaluationState]:
    """Return the states that rows of ``score_histograms`` and ``probability_sums`` hold."""
    found = histograms_of(histograms)
    names = [field.name for field in fields(ProbabilitySums)]
    return {
        GroupKey(*(row[name] for name in KEY)): EvaluationState(
            found.get(GroupKey(*(row[name] for name in KEY)), ScoreHistogram.empty()),
            ProbabilitySums(*(row[name] for name in names)),
        )
        for row in sums.to_pylist()
    }


def histograms_of(table: pa.Table) -> dict[GroupKey, ScoreHistogram]:
    """Return the histogram of each key that rows of ``score_histograms`` hold, in any order."""
    table = table.combine_chunks()
    buckets, widths = table["bucket"].to_numpy(), table["prefix_bits"].to_numpy()
    columns = [table[field.name].to_numpy() for field in fields(BucketSums)]
    found = {}
    for group in group_by_key(table):
        mine = buckets[group.rows]
        order = np.argsort(mine, kind="stable")
        sums = BucketSums(*(column[group.rows][order] for column in columns))
        found[group.key] = ScoreHistogram(int(widths[group.rows][0]), mine[order], sums)
    return found
