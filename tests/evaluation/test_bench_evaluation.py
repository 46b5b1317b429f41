"""The evaluation benchmarks measure what they say, and refuse what is not certified."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn import metrics

from tests.bench import evaluation, evaluation_stage
from tests.bench.evaluation_peers import duckdb_metrics
from tests.bench.evaluation_stage import BOUNDS, EQUAL


@pytest.fixture
def _few_rows(monkeypatch):
    for module in (evaluation, evaluation_stage):
        monkeypatch.setattr(module, "RUNS", 10)
        monkeypatch.setattr(module, "ROWS", 2_000)
    monkeypatch.setattr(evaluation_stage, "ROUNDS", 1)


@pytest.mark.usefixtures("_few_rows")
@pytest.mark.parametrize(
    "benchmark",
    [
        evaluation_stage.evaluation_stage_vs_duckdb_exact,
        evaluation_stage.evaluation_stage_vs_duckdb_10k,
        evaluation_stage.evaluation_stage_vs_spark_ml,
        evaluation.auc_increment,
        evaluation.metrics_from_histograms_s,
    ],
)
def test_a_benchmark_of_few_rows_gives_an_entry_of_its_name(benchmark):
    entry = benchmark()
    assert entry.name == benchmark.__name__
    assert entry.value > 0


def _row(run="a", **values):
    bounds = {column: 0.5 for name in BOUNDS for column in (name, *BOUNDS[name])}
    row = {"run_id": run, "step": 0, "split": "v", **bounds, **dict.fromkeys(EQUAL, 1.0)}
    return row | values


def test_metrics_that_differ_from_exact_ones_are_not_measured():
    certified = pa.Table.from_pylist([_row(auc_lower=0.4, auc_upper=0.6)])
    evaluation_stage.check(certified, pa.Table.from_pylist([_row(auc=0.59)]))
    for exact in ([_row(auc=0.7)], [_row(brier=1.1)], [_row(), _row("b")], []):
        with pytest.raises(RuntimeError, match="differ"):
            evaluation_stage.check(certified, pa.Table.from_pylist(exact, certified.schema))


def test_duckdb_gives_scikit_learns_metrics_of_ties_and_weights(tmp_path, samples):
    sample = samples["weighted ties"]
    file = tmp_path / "rows.parquet"
    rows = {"label": sample.labels.astype(float), "score": sample.scores, "weight": sample.weights}
    keys = {"run_id": ["a"] * 2_000, "step": [0] * 2_000, "split": ["v"] * 2_000}
    pq.write_table(pa.table(keys | rows), file)
    (found,) = duckdb_metrics([str(file)], tmp_path).to_pylist()
    columns, weights = (sample.labels, sample.scores), {"sample_weight": sample.weights}
    for name, exact in {
        "auc": metrics.roc_auc_score(*columns, **weights),
        "average_precision": metrics.average_precision_score(*columns, **weights),
        "log_loss": metrics.log_loss(*columns, **weights),
        "brier": metrics.brier_score_loss(*columns, **weights),
    }.items():
        assert found[name] == pytest.approx(exact, rel=1e-9), name
