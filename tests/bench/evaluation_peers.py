"""The metrics of every run, step and split as DuckDB and Spark ML compute them, for comparison.

DuckDB's sums over scores at least as high as a row's give every metric of the order of scores in
one sort: its default window frame takes equal scores together, so that ties are exact. ROC and
precision-recall points are thinned to 512 parts of the way along the ROC curve, as ours are.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from insight_lib.evaluation.metrics.log_loss import CLIP
from insight_lib.lake.session import spark_session

_ROWS = """
    SELECT run_id, step, split, score, CASE WHEN label = 1 THEN weight ELSE 0 END AS p,
        CASE WHEN label = 1 THEN 0 ELSE weight END AS n
    FROM read_parquet($files)
"""
_BUCKETS = """
    SELECT run_id, step, split, CAST(floor(score * 10000) AS INTEGER) AS score,
        sum(weight) FILTER (label = 1) AS p, sum(weight) FILTER (label = 0) AS n
    FROM read_parquet($files) GROUP BY ALL
"""
# Probabilities are clipped in the log loss as by scikit-learn.
_TOTALS = """
CREATE OR REPLACE TEMP TABLE totals AS
SELECT run_id, step, split, count(*) AS rows,
    sum(weight) FILTER (label = 1) AS positive, sum(weight) FILTER (label = 0) AS negative,
    sum(-weight * ln(greatest(CASE WHEN label = 1 THEN score ELSE 1 - score END, {clip})))
        / sum(weight) AS log_loss,
    sum(weight * (score - label) * (score - label)) / sum(weight) AS brier,
    sum(weight * score) / sum(weight * label) AS predicted_over_observed,
    coalesce(sum(weight) FILTER (label = 1 AND score >= 0.5), 0) AS true_positives,
    coalesce(sum(weight) FILTER (label = 0 AND score >= 0.5), 0) AS false_positives
FROM read_parquet($files) GROUP BY ALL
"""
_PARTS = """
CREATE OR REPLACE TEMP TABLE parts AS
WITH scored AS ({scored}), ranked AS (
    SELECT run_id, step, split, coalesce(p, 0) AS p, coalesce(n, 0) AS n,
        coalesce(sum(p) OVER falling, 0) AS tp, coalesce(sum(n) OVER falling, 0) AS fp
    FROM scored WINDOW falling AS (PARTITION BY run_id, step, split ORDER BY score DESC)
)
SELECT run_id, step, split, CAST((tp / positive + fp / negative) * 256 AS INTEGER) AS part,
    sum(p * (negative - fp) + n * tp) AS won, sum(p * tp / (tp + fp)) AS precisions,
    max(abs(tp / positive - fp / negative)) AS ks, max(2 * tp / (positive + tp + fp)) AS f1,
    max(fp) AS false_positive, max(tp) AS true_positive
FROM ranked JOIN totals USING (run_id, step, split) GROUP BY ALL
"""
_CURVES = """
COPY (
    SELECT run_id, step, split, false_positive / negative AS x, true_positive / positive AS y,
        true_positive / (true_positive + false_positive) AS precision
    FROM parts JOIN totals USING (run_id, step, split) ORDER BY ALL
) TO '{file}'
"""
_METRICS = """
COPY (
    SELECT run_id, step, split, any_value(COLUMNS(totals.* EXCLUDE (run_id, step, split))),
        sum(won) / (2 * any_value(positive) * any_value(negative)) AS auc,
        sum(precisions) / any_value(positive) AS average_precision,
        max(ks) AS ks, max(f1) AS best_f1
    FROM parts JOIN totals USING (run_id, step, split) GROUP BY ALL
) TO '{file}'
"""


def duckdb_metrics(files: Sequence[str], scratch: Path, *, buckets: bool = False) -> pa.Table:
    """Return the metrics of each run, step and split, written with their curves to Parquet.

    Args:
        files: The data files of table ``predictions``; scores are probabilities.
        scratch: Where DuckDB writes its results.
        buckets: Whether scores within a ten-thousandth are taken as equal.
    """
    metrics = scratch / "metrics.parquet"
    with duckdb.connect() as connection:
        connection.execute(_TOTALS.format(clip=CLIP), {"files": files})
        parts = _PARTS.format(scored=_BUCKETS if buckets else _ROWS)
        connection.execute(parts, {"files": files})
        connection.execute(_CURVES.format(file=scratch / "curves.parquet"))
        connection.execute(_METRICS.format(file=metrics))
        return connection.read_parquet(str(metrics)).to_arrow_table()


def spark_ml_auc(files: Sequence[str], rows: int) -> float:
    """Return the AUC of some rows as one run, by Spark ML's evaluator."""
    # Here, as only this benchmark needs it.
    from pyspark.ml.evaluation import BinaryClassificationEvaluator  # noqa: PLC0415

    some = spark_session().read.parquet(*files).limit(rows)
    evaluator = BinaryClassificationEvaluator(rawPredictionCol="score", labelCol="label")
    return float(evaluator.evaluate(some))
