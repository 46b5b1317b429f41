"""Tables of evaluations, curves and score histograms."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn import metrics

from insight_lib.errors import InputError
from insight_lib.evaluation.evaluations.compute import evaluate_run
from insight_lib.evaluation.evaluations.tables import TABLES
from insight_lib.lake.contract import contract
from insight_lib.predictions.formats.read_file import read_predictions

KEY = ("run_id", "step", "split", "slice")


def _predictions(rows=6_000):
    rng = np.random.default_rng(2)
    labels = (rng.random(rows) < 0.2).astype(float)
    country = rng.choice(["de", "fr", "x=y"], rows)
    slices = [
        [("country", name)] + ([("device", "phone")] if row % 4 else [])
        for row, name in enumerate(country)
    ]
    return pa.table(
        {
            "run_id": rng.choice(["logs/b", "logs/a"], rows),
            "step": rng.choice([300, 5, -1], rows),
            "split": rng.choice(["validation", "test"], rows),
            "example_id": [str(row % 100) for row in range(rows)],
            "label": labels,
            "score": 1 / (1 + np.exp(-rng.normal(labels - 1.5, 1.0))),
            "weight": rng.integers(1, 4, rows) / 2,
            "group_id": pa.nulls(rows, pa.string()),
            "slices": pa.array(slices, pa.map_(pa.string(), pa.string())),
            "file_id": ["f"] * rows,
        },
        schema=contract("predictions").schema,
    )


@pytest.fixture(scope="module")
def predictions():
    return _predictions()


@pytest.fixture(scope="module")
def tables(predictions):
    return evaluate_run(predictions)


def _rows_by_key(predictions):
    """Every run, step, split and slice with its rows, collected row by row."""
    rows = {}
    for row in predictions.to_pylist():
        for name in ["", *(f"{column}={value}" for column, value in row["slices"])]:
            rows.setdefault((row["run_id"], row["step"], row["split"], name), []).append(row)
    return rows


def test_the_tables_keep_their_contracts(tables):
    for name in TABLES:
        assert contract(name).conform(getattr(tables, name)).num_rows > 0


def test_each_run_step_split_and_slice_is_evaluated_once_in_order_of_key(predictions, tables):
    keys = [tuple(row[name] for name in KEY) for row in tables.evaluations.to_pylist()]
    assert keys == sorted(_rows_by_key(predictions))
    assert len(keys) == 2 * 3 * 2 * 5


def test_metrics_of_every_group_equal_scikit_learn(predictions, tables):
    groups = _rows_by_key(predictions)
    for found in tables.evaluations.to_pylist():
        rows = groups[tuple(found[name] for name in KEY)]
        label, score, weight = (
            np.array([row[name] for row in rows]) for name in ("label", "score", "weight")
        )
        auc = metrics.roc_auc_score(label, score, sample_weight=weight)
        assert (found["rows"], found["positives"]) == (len(rows), label.sum())
        assert found["auc_lower"] <= auc <= found["auc_upper"]
        assert found["auc_upper"] - found["auc_lower"] <= 1e-4 + 1e-11
        assert found["auc_ci_lower"] < found["auc"] < found["auc_ci_upper"]
        assert found["average_precision"] == pytest.approx(
            metrics.average_precision_score(label, score, sample_weight=weight), abs=1e-4
        )
        precision = metrics.average_precision_score(label, score, sample_weight=weight)
        assert found["average_precision_lower"] - 1e-12 <= precision
        assert precision <= found["average_precision_upper"] + 1e-12
        assert found["average_precision_upper"] - found["average_precision_lower"] <= 1e-4
        assert found["prevalence"] == pytest.approx(weight @ label / weight.sum())
        _assert_thresholds(found, label, score, weight)
        assert found["log_loss"] == pytest.approx(
            metrics.log_loss(label, score, sample_weight=weight)
        )
        assert found["brier"] == pytest.approx(
            metrics.brier_score_loss(label, score, sample_weight=weight)
        )
        assert found["predicted_over_observed"] == pytest.approx(weight @ score / (weight @ label))
        assert 0 < found["calibration_error"] < 0.5
        assert found["undefined_reason"] is None


def _assert_thresholds(found, label, score, weight):
    false, true, _ = metrics.roc_curve(label, score, sample_weight=weight)
    distance = np.abs(true - false).max()
    assert found["ks"] - 1e-12 <= distance <= found["ks_upper"] + 1e-12
    assert found["ks_upper"] - found["ks"] <= 1e-4
    precision, recall, _ = metrics.precision_recall_curve(label, score, sample_weight=weight)
    best = (2 * precision * recall / np.maximum(precision + recall, 1e-9)).max()
    assert found["best_f1"] - 1e-12 <= best <= found["best_f1_upper"] + 1e-12
    assert found["best_f1_upper"] - found["best_f1"] <= 1e-4
    for threshold, names in (
        (0.5, ("precision", "recall", "f1")),
        (found["best_f1_threshold"], ("best_f1_precision", "best_f1_recall", "best_f1")),
    ):
        shares = metrics.precision_recall_fscore_support(
            label, score >= threshold, sample_weight=weight, average="binary"
        )
        assert [found[name] for name in names] == pytest.approx(shares[:3])
    assert found["accuracy"] == pytest.approx(
        metrics.accuracy_score(label, score >= 0.5, sample_weight=weight)
    )
    counts = ("true_negatives", "false_positives", "false_negatives", "true_positives")
    confusion = metrics.confusion_matrix(label, score >= 0.5, sample_weight=weight)
    assert [found[name] for name in counts] == pytest.approx(confusion.ravel())


def test_curves_are_of_the_last_step_of_each_run_and_split_and_of_all_slices(tables):
    curves = tables.curves.to_pylist()
    assert {row["step"] for row in curves} == {300}
    kinds = {"roc", "pr", "calibration", "score_positive", "score_negative"}
    assert {row["curve"] for row in curves} == kinds
    groups = {tuple(row[name] for name in (*KEY, "curve")) for row in curves}
    assert len(groups) == 2 * 2 * 5 * len(kinds)
    place = {}
    for row in curves:
        group = tuple(row[name] for name in (*KEY, "curve"))
        assert row["point"] == place.get(group, 0)
        place[group] = row["point"] + 1


def test_score_histograms_hold_the_state_of_every_group(predictions, tables):
    one = tables.score_histograms.filter(
        (pa.compute.field("run_id") == "logs/a")
        & (pa.compute.field("step") == 5)
        & (pa.compute.field("split") == "test")
        & (pa.compute.field("slice") == "country=x=y")
    ).to_pydict()
    rows = _rows_by_key(predictions)["logs/a", 5, "test", "country=x=y"]
    label, score, weight = (
        np.array([row[name] for row in rows]) for name in ("label", "score", "weight")
    )
    bits = score.view(np.int64) >> 42
    assert one["bucket"] == np.unique(bits).tolist()
    for place, bucket in enumerate(one["bucket"]):
        inside = bits == bucket
        assert one["positives"][place] == (label[inside] == 1).sum()
        assert one["negatives"][place] == (label[inside] == 0).sum()
        assert one["positive_weight"][place] == (weight * label)[inside].sum()
        assert one["negative_weight"][place] == (weight * (1 - label))[inside].sum()
        assert one["score_sum"][place] == pytest.approx((weight * score)[inside].sum())


def test_neither_chunks_nor_order_nor_encoding_nor_an_offset_change_a_result(predictions, tables):
    order = np.random.default_rng(0).permutation(predictions.num_rows)
    shuffled = predictions.take(pa.array(order))
    parts = pa.concat_tables(
        [shuffled.slice(4_001), shuffled.slice(0, 1), shuffled.slice(1, 4_000)]
    )
    for name in ("run_id", "split"):
        place = parts.schema.get_field_index(name)
        parts = parts.set_column(place, name, parts[name].dictionary_encode())
    again = evaluate_run(parts)
    for one, two in zip(again.evaluations.to_pylist(), tables.evaluations.to_pylist(), strict=True):
        for name, value in two.items():
            same = value if isinstance(value, str | None) else pytest.approx(value, rel=1e-9)
            assert one[name] == same, name
    assert again.score_histograms.drop(["score_sum"]) == tables.score_histograms.drop(["score_sum"])


def test_one_run_alone_is_evaluated_as_among_others(predictions, tables):
    alone = evaluate_run(predictions.filter(pa.compute.field("run_id") == "logs/b"))
    among = tables.evaluations.filter(pa.compute.field("run_id") == "logs/b")
    assert alone.evaluations == among


def test_no_rows_give_empty_tables():
    tables = evaluate_run(contract("predictions").empty())
    for name in TABLES:
        assert getattr(tables, name).schema.equals(contract(name).schema)
        assert getattr(tables, name).num_rows == 0


def _replaced(predictions, **columns):
    table = predictions.slice(0, 4)
    for name, values in columns.items():
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, pa.array(values))
    return table


def _of_all_rows(table):
    same = {"run_id": ["r"] * 4, "step": [1] * 4, "split": ["validation"] * 4}
    return evaluate_run(_replaced(table, **same))


def test_one_class_is_null_with_the_columns_and_the_reason(predictions):
    table = _replaced(predictions, label=[0.0] * 4)
    result = _of_all_rows(table)
    found = result.evaluations.to_pylist()[0]
    ranking = [name for name in found if name.startswith(("auc", "average", "ks", "best_f1"))]
    assert len(ranking) == 17
    assert all(found[name] is None for name in (*ranking, "recall", "predicted_over_observed"))
    assert found["prevalence"] == 0
    assert found["log_loss"] > 0
    ranked, *others = found["undefined_reason"].split("; ")
    names, _, reason = ranked.partition(": ")
    assert {"auc", "average_precision", "ks", "best_f1"} <= set(names.split(", "))
    assert reason == "one class only: no positives"
    assert {"predicted_over_observed: no positives", "recall: no positives"} <= set(others)
    assert set(result.curves["curve"].to_pylist()) == {"calibration", "score_negative"}


def test_logits_have_an_auc_but_no_probability_metrics(predictions):
    table = _replaced(
        predictions, label=[0.0, 1.0, 0.0, 1.0], score=[-4.0, 3.0, 2.0, 1.0], weight=[1.0] * 4
    )
    result = _of_all_rows(table)
    found = result.evaluations.to_pylist()[0]
    assert found["auc"] == 0.75
    assert found["log_loss"] is found["brier"] is found["calibration_error"] is None
    assert found["true_positives"] is found["precision"] is found["f1"] is None
    assert (found["ks"], found["best_f1"], found["best_f1_threshold"]) == (0.5, 0.8, 1.0)
    names, _, why = found["undefined_reason"].partition(": ")
    assert {"log_loss", "brier", "counts and shares at 0.5"} <= {*names.split(", ")}
    assert why == (
        "no probabilities: 3 scores lie outside [0, 1] "
        '(if they are logits, set scores = "logit" in section [predictions])'
    )
    of_all_rows = result.curves.filter(pa.compute.field("slice") == "")
    assert "calibration" not in of_all_rows["curve"].to_pylist()


def test_rows_that_break_the_contract_are_refused(predictions):
    with pytest.raises(InputError, match="1 labels other than 0 and 1"):
        evaluate_run(_replaced(predictions, label=[0.0, 1.0, 0.5, 1.0]))


def test_rows_as_read_from_a_prediction_file_can_be_evaluated(tmp_path):
    table = pa.table(
        {
            "label": [0, 1, 0, 1, 7],
            "score": pa.array([0.1, 0.9, 0.2, 0.15, 0.5], pa.float32()),
            "country": ["de", None, "de", "fr", "fr"],
        }
    )
    pq.write_table(table, tmp_path / "p.parquet")
    [part] = read_predictions(tmp_path / "p.parquet", "logs/a", "logs/a/predictions/p.parquet")
    rows = part.rows
    found = evaluate_run(rows).evaluations.to_pylist()
    assert [(row["slice"], row["rows"]) for row in found] == [
        ("", 4),
        ("country=de", 2),
        ("country=fr", 1),
    ]
    assert [row["auc"] for row in found] == [0.75, None, None]
