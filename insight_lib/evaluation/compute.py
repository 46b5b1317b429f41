"""Tables ``evaluations``, ``curves`` and ``score_histograms`` of rows of table ``predictions``."""

from dataclasses import asdict, dataclass, fields

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from insight_lib.evaluation.arrays import ScoredRows, scored_rows
from insight_lib.evaluation.bucket_sums import BucketSums
from insight_lib.evaluation.curves import Curve
from insight_lib.evaluation.evaluate import curves_of, evaluate
from insight_lib.evaluation.grouping import GroupKey, group_rows, last_steps
from insight_lib.evaluation.score_histogram import ScoreHistogram
from insight_lib.lake.contract import contract


@dataclass(frozen=True)
class EvaluationTables:
    """Rows that fit the contracts of three tables.

    Attributes:
        evaluations: A row for each run, step, split and slice, in order of key.
        curves: The curves of the last step of each run and split, of all slices.
        score_histograms: The occupied buckets of each run, step, split and slice.
    """

    evaluations: pa.Table
    curves: pa.Table
    score_histograms: pa.Table


def evaluate_run(predictions: pa.Table) -> EvaluationTables:
    """Evaluate the predictions of one or several runs.

    Every row counts, also where an example_id occurs more than once in a run, step and split.

    Args:
        predictions: Rows of table ``predictions``: scores finite, labels 0 or 1, weights finite
            and not negative, as ``read_predictions`` gives them.

    Raises:
        InputError: A score, label or weight is not so.
    """
    rows = _scored(predictions)
    groups = group_rows(predictions)
    last = last_steps(groups)
    metrics: list[dict[str, object]] = []
    histograms: list[tuple[GroupKey, ScoreHistogram]] = []
    curves: list[tuple[GroupKey, Curve]] = []
    for group in groups:
        evaluation = evaluate(rows.take(group.rows))
        metrics.append({**asdict(group.key), **evaluation.metrics})
        histograms.append((group.key, evaluation.histogram))
        if group.key in last:
            curves += [(group.key, curve) for curve in curves_of(evaluation)]
    return EvaluationTables(
        pa.Table.from_pylist(metrics, schema=contract("evaluations").schema),
        _curve_table(curves),
        _histogram_table(histograms),
    )


def _scored(predictions: pa.Table) -> ScoredRows:
    columns = (predictions[name].to_numpy() for name in ("score", "label", "weight"))
    return scored_rows(*columns)


def _histogram_table(histograms: list[tuple[GroupKey, ScoreHistogram]]) -> pa.Table:
    if not histograms:
        return contract("score_histograms").empty()
    keys = _key_columns([(key, len(state.buckets)) for key, state in histograms])
    sums = {
        field.name: np.concatenate([state.sums.columns()[field.name] for _, state in histograms])
        for field in fields(BucketSums)
    }
    state_columns = {
        "prefix_bits": _repeated_ints(
            [state.prefix_bits for _, state in histograms],
            [len(state.buckets) for _, state in histograms],
        ),
        "bucket": np.concatenate([state.buckets for _, state in histograms]),
    }
    return contract("score_histograms").conform(pa.table({**keys, **state_columns, **sums}))


def _repeated_ints(values: list[int], lengths: list[int]) -> npt.NDArray[np.int32]:
    return np.repeat(np.array(values, dtype=np.int32), lengths)


def _curve_table(curves: list[tuple[GroupKey, Curve]]) -> pa.Table:
    if not curves:
        return contract("curves").empty()
    lengths = [len(curve.x) for _, curve in curves]
    columns = {
        **_key_columns([(key, len(curve.x)) for key, curve in curves]),
        "curve": _repeated([curve.name for _, curve in curves], lengths),
        "point": np.concatenate([np.arange(length, dtype=np.int32) for length in lengths]),
        "x": np.concatenate([curve.x for _, curve in curves]),
        "y": np.concatenate([curve.y for _, curve in curves]),
        "thinning_error": np.repeat([curve.thinning_error for _, curve in curves], lengths),
    }
    return contract("curves").conform(pa.table(columns))


def _key_columns(keys: list[tuple[GroupKey, int]]) -> dict[str, pa.Array]:
    """The columns of the key, each key repeated as often as stated."""
    lengths = [length for _, length in keys]
    return {
        name: _repeated([getattr(key, name) for key, _ in keys], lengths)
        for name in ("run_id", "step", "split", "slice")
    }


def _repeated(values: list[str] | list[int], lengths: list[int]) -> pa.Array:
    return pa.array(values).take(pa.array(np.repeat(np.arange(len(lengths)), lengths)))
