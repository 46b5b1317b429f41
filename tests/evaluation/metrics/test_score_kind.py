"""What scores are holds for a whole run, whichever night, step, split or slice shows it."""

import itertools

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from sklearn import metrics

from insight_lib.evaluation import reading
from insight_lib.evaluation.comparing.drift_stage import refresh_drift
from insight_lib.evaluation.evaluations.stage import evaluate_new_predictions
from insight_lib.evaluation.metrics.arrays import scored_rows
from insight_lib.evaluation.metrics.calibration import calibration_bins
from insight_lib.evaluation.metrics.evaluate import evaluate
from insight_lib.evaluation.metrics.log_loss import ProbabilitySums
from insight_lib.evaluation.metrics.score_kind import ScoreKind, logistic
from insight_lib.events.runs.stage import RUNS
from insight_lib.lake.run_stage import run_stage
from insight_lib.predictions.formats.column_mapping import SCORES, Columns
from tests.evaluation.nights import bring_predictions

OF_PROBABILITIES = (
    *("log_loss", "brier", "calibration_error", "predicted_over_observed"),
    *("true_positives", "false_positives", "true_negatives", "false_negatives"),
    *("precision", "recall", "accuracy", "f1"),
)
LOGITS = Columns(scores="logit")


@pytest.fixture
def bring(tmp_path, lake, here):
    """Write prediction files, ingest them as one batch, and evaluate what is new."""

    def bring(files, columns=None):
        bring_predictions(lake, here, tmp_path / "logs", files, columns)
        return evaluate_new_predictions(lake, here)

    return bring


def _table(scores, step, split="validation", region="north", seed=0):
    rng = np.random.default_rng(seed)
    label = (rng.random(len(scores)) < 0.2 + 0.6 * (np.argsort(np.argsort(scores)) > 200)) * 1.0
    several = {"step": [step], "split": [split], "region": [region]}
    columns = {name: values * len(scores) for name, values in several.items()}
    weight = rng.integers(1, 4, len(scores)) / 2
    return pa.table({"label": label, "score": scores, "weight": weight} | columns)


def _within(seed, **key):
    return _table(np.random.default_rng(seed).uniform(0.05, 0.95, 400), **key, seed=seed)


def _beyond(seed, **key):
    return _table(np.random.default_rng(seed).normal(0.3, 2.0, 400), **key, seed=seed)


# Each holds one part with scores outside [0, 1]: a step, a split, a slice.
ONLY_IN = {
    "a step": [_within(1, step=10), _within(2, step=20), _beyond(3, step=30)],
    "a split": [_within(1, step=10), _beyond(2, step=10, split="test"), _within(3, step=20)],
    "a slice": [_within(1, step=10), _beyond(2, step=10, region="south"), _within(3, step=20)],
}
ORDERS = list(itertools.permutations(range(3)))


def _rows_of(lake, found):
    where = pc.field("run_id") == found["run_id"]
    rows = lake.read("predictions", where=where).to_pylist()
    name, _, value = found["slice"].partition("=")
    mine = [
        row
        for row in rows
        if (row["step"], row["split"]) == (found["step"], found["split"])
        and (not name or dict(row["slices"]).get(name) == value)
    ]
    return (np.array([row[name] for row in mine]) for name in ("label", "score", "weight"))


def _assert_run(lake, run_id, kind):
    """Every metric of a run is scikit-learn's on the whole rows, or null for one reason."""
    evaluations = lake.read("evaluations", run_ids=[run_id]).to_pylist()
    assert evaluations
    for found in evaluations:
        assert found["score_kind"] == kind
        label, score, weight = _rows_of(lake, found)
        auc = metrics.roc_auc_score(label, score, sample_weight=weight)
        assert found["auc_lower"] - 1e-12 <= auc <= found["auc_upper"] + 1e-12
        if kind == "unbounded":
            assert [found[name] for name in OF_PROBABILITIES] == [None] * len(OF_PROBABILITIES)
            assert "lie outside [0, 1]" in found["undefined_reason"]
        else:
            assert found["undefined_reason"] is None
            _assert_metrics(found, label, expit(score) if kind == "logit" else score, weight)
    curves = set(lake.read("curves", run_ids=[run_id])["curve"].to_pylist())
    assert ("calibration" in curves) == (kind != "unbounded")


def _assert_metrics(found, label, probability, weight):
    weights = {"sample_weight": weight}
    called = (label, probability >= 0.5)
    for name, wanted in {
        "log_loss": metrics.log_loss(label, probability, **weights),
        "brier": metrics.brier_score_loss(label, probability, **weights),
        "predicted_over_observed": weight @ probability / (weight @ label),
        "accuracy": metrics.accuracy_score(*called, **weights),
        "precision": metrics.precision_score(*called, **weights),
        "recall": metrics.recall_score(*called, **weights),
        "f1": metrics.f1_score(*called, **weights),
    }.items():
        assert found[name] == pytest.approx(wanted, rel=1e-9), name
    counts = ("true_negatives", "false_positives", "false_negatives", "true_positives")
    confusion = metrics.confusion_matrix(*called, **weights).ravel()
    assert [found[name] for name in counts] == pytest.approx(confusion)
    assert found["calibration_error"] == pytest.approx(_error(label, probability, weight), abs=5e-3)


def _error(label, probability, weight):
    """Calibration error over 15 bins of equal mass, row by row."""
    order = np.argsort(probability, kind="stable")
    label, probability, weight = label[order], probability[order], weight[order]
    middle = (np.cumsum(weight) - weight / 2) / weight.sum()
    bins = np.minimum((middle * 15).astype(int), 14)
    off = np.bincount(bins, weight * (probability - label))
    return np.abs(off).sum() / weight.sum()


@pytest.mark.parametrize("where", ONLY_IN)
@pytest.mark.parametrize("order", [ORDERS[0], ORDERS[5]])
def test_a_score_outside_0_and_1_in_a_part_of_a_run_is_seen_in_all_of_it(lake, bring, where, order):
    parts, brought = ONLY_IN[where], []
    for night in order:
        assert bring({f"a/predictions/{night}.parquet": parts[night]}) == ["logs/a"]
        brought.append(parts[night])
        scores = np.concatenate([part["score"].to_numpy() for part in brought])
        within = scores.min() >= 0 and scores.max() <= 1
        _assert_run(lake, "logs/a", "probability" if within else "unbounded")


def test_it_is_seen_within_one_night_and_in_no_other_run(lake, bring):
    files = {f"a/predictions/{n}.parquet": part for n, part in enumerate(ONLY_IN["a slice"])}
    bring(files | {"b/predictions/0.parquet": _within(4, step=10)})
    _assert_run(lake, "logs/a", "unbounded")
    _assert_run(lake, "logs/b", "probability")


@pytest.mark.parametrize("order", [ORDERS[0], ORDERS[4]])
def test_configured_logits_are_judged_by_their_logistic_function_in_every_part(lake, bring, order):
    parts = ONLY_IN["a step"]
    bring({f"a/predictions/{order[0]}.parquet": parts[order[0]]}, LOGITS)
    _assert_run(lake, "logs/a", "logit")
    for night in order[1:]:
        # The lake remembers what was said.
        bring({f"a/predictions/{night}.parquet": parts[night]})
        _assert_run(lake, "logs/a", "logit")


def test_a_later_score_kind_applies_to_earlier_files_and_can_be_withdrawn(lake, bring):
    files = {f"a/predictions/{n}.parquet": part for n, part in enumerate(ONLY_IN["a split"])}
    bring(files)
    for columns, kind in [
        (LOGITS, "logit"),
        (Columns(scores="probability"), "unbounded"),
        (LOGITS, "logit"),
        (Columns(), "unbounded"),
    ]:
        bring({}, columns)
        _assert_run(lake, "logs/a", kind)
        counted = lake.read("evaluations", where=pc.field("slice") == "")["rows"]
        assert pc.sum(counted).as_py() == 1_200


def test_what_is_said_of_new_files_holds_for_a_run_whose_old_files_are_gone(lake, bring, tmp_path):
    parts = ONLY_IN["a step"]
    bring({"a/predictions/0.parquet": parts[0]})
    (tmp_path / "logs/a/predictions/0.parquet").unlink()
    bring({"a/predictions/1.parquet": parts[1]}, LOGITS)
    _assert_run(lake, "logs/a", "logit")


def test_a_file_written_again_without_such_a_score_gives_the_run_its_probabilities(lake, bring):
    bring({f"a/predictions/{n}.parquet": part for n, part in enumerate(ONLY_IN["a step"])})
    _assert_run(lake, "logs/a", "unbounded")
    bring({"a/predictions/2.parquet": _within(9, step=30)})
    _assert_run(lake, "logs/a", "probability")


def test_old_rows_are_read_again_once_and_of_the_changed_run_only(lake, bring, monkeypatch):
    bring({f"{run}/predictions/0.parquet": _within(1, step=10) for run in "abc"})
    others = lake.read("evaluations", run_ids=["logs/b", "logs/c"]).to_pylist()
    files = {file.path for file in lake.files("predictions")}
    read = []
    chosen = reading._chosen

    def counting(rows, selection):
        found = chosen(rows, selection)
        if "label" in found.column_names:
            read.extend(zip(found["run_id"].to_pylist(), found["step"].to_pylist(), strict=True))
        return found

    monkeypatch.setattr(reading, "_chosen", counting)
    bring({"a/predictions/1.parquet": _beyond(2, step=20)})
    assert {run_id for run_id, _ in read} == {"logs/a"}
    assert read.count(("logs/a", 10)) == 400
    assert lake.read("evaluations", run_ids=["logs/b", "logs/c"]).to_pylist() == others
    read.clear()
    bring({"a/predictions/2.parquet": _beyond(3, step=30)})
    assert set(read) == {("logs/a", 30)}
    assert len(read) == 400
    assert files <= {file.path for file in lake.files("predictions")}


def test_drift_is_undefined_between_probabilities_and_what_is_none(lake, bring, here):
    bring({"a/predictions/0.parquet": _within(1, step=10)})
    bring(
        {
            "b/predictions/0.parquet": _within(2, step=10),
            "c/predictions/0.parquet": _within(3, step=10),
        }
    )
    bring({"b/predictions/1.parquet": _beyond(4, step=20)})
    run_stage(lake, here, RUNS)
    refresh_drift(lake, here)
    for row in lake.read("score_drift").to_pylist():
        if row["reference_run_id"] == row["run_id"]:
            assert row["psi"] > 0.25
        else:
            assert row["psi"] is row["ks"] is None
            assert "score_kind is" in row["undefined_reason"]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_the_logistic_function_is_scipys(logits):
    assert logistic(np.array(logits)) == pytest.approx(expit(logits), rel=1e-15, abs=0)


@given(logits=st.lists(st.floats(-12, 12), min_size=2, max_size=40), cut=st.integers(0, 40))
def test_sums_of_logits_are_those_of_their_probabilities_in_any_parts(logits, cut):
    rows = scored_rows(logits, np.arange(len(logits)) % 2, np.arange(len(logits)) % 3 + 0.5)
    place = np.arange(len(logits))
    parts = [
        ProbabilitySums.from_rows(rows.take(mask), ScoreKind.LOGIT)
        for mask in (place < cut, place >= cut)
    ]
    found = parts[0].merge(parts[1])
    wanted = (rows.labels, expit(rows.scores))
    weights = {"sample_weight": rows.weights}
    assert found.log_loss() == pytest.approx(metrics.log_loss(*wanted, **weights), rel=1e-9)
    assert found.brier() == pytest.approx(metrics.brier_score_loss(*wanted, **weights), rel=1e-9)


def test_a_certain_and_wrong_logit_costs_itself_and_the_largest_cost_no_number():
    found = evaluate(scored_rows([800.0, -800.0, 0.0], [0, 1, 1]), ScoreKind.LOGIT).metrics
    assert found["log_loss"] == pytest.approx((1600 + np.log(2)) / 3)
    assert found["recall"] == 0.5
    found = evaluate(scored_rows([1.7e308, -1.7e308], [0, 1]), ScoreKind.LOGIT).metrics
    assert found["log_loss"] is None
    assert "log_loss: the sum of losses exceeds" in found["undefined_reason"]
    assert found["brier"] == 1


@pytest.mark.parametrize("width", [22, 64])
def test_calibration_of_logits_is_that_of_their_probabilities(samples, width):
    sample = samples["logits"]
    cells = sample.cells(width)
    found = calibration_bins(cells, kind=ScoreKind.LOGIT)
    probability = type(sample)(expit(sample.scores), sample.labels, sample.weights)
    wanted = calibration_bins(probability.cells(64))
    assert found.observed == pytest.approx(wanted.observed, abs=5e-3)
    assert found.mean_score == pytest.approx(wanted.mean_score, abs=5e-3 if width == 22 else 1e-12)


def test_what_a_configuration_may_call_scores_are_kinds_of_scores():
    assert set(SCORES) <= {kind.value for kind in ScoreKind}
