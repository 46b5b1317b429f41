"""The evaluation benchmarks measure what they say, and refuse what is not certified."""

import pytest

from insight_lib.evaluation.metrics.certified_auc import CertifiedAuc
from tests.bench import evaluation


@pytest.fixture
def _few_rows(monkeypatch):
    monkeypatch.setattr(evaluation, "RUNS", 10)
    monkeypatch.setattr(evaluation, "ROWS", 2_000)
    monkeypatch.setattr(evaluation, "ROUNDS", 1)


@pytest.mark.spark
@pytest.mark.usefixtures("_few_rows")
@pytest.mark.parametrize(
    "benchmark",
    [
        evaluation.auc_vs_duckdb_exact,
        evaluation.auc_vs_duckdb_10k,
        evaluation.auc_vs_spark_ml,
        evaluation.auc_increment,
        evaluation.metrics_from_histograms_s,
    ],
)
def test_a_benchmark_of_few_rows_gives_an_entry_of_its_name(benchmark):
    entry = benchmark()
    assert entry.name == benchmark.__name__
    assert entry.value > 0


def test_an_auc_outside_its_bounds_is_not_measured():
    certified = {"a": CertifiedAuc(0.7, 0.69, 0.71)}
    evaluation.check({"a": 0.7}, certified)
    with pytest.raises(RuntimeError, match="not certified"):
        evaluation.check({"a": 0.72}, certified)
    with pytest.raises(RuntimeError, match="not certified"):
        evaluation.check({"a": 0.7, "b": 0.7}, certified)
