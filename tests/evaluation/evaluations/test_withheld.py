"""Where rows were refused so that what is left would mislead, no metric is given, and why."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from insight_lib.evaluation.by_step.group_stage import GROUPS
from insight_lib.evaluation.by_step.step_stage import refresh_steps
from insight_lib.evaluation.evaluations.stage import evaluate_new_predictions
from insight_lib.predictions.formats.column_mapping import Columns
from insight_lib.predictions.ingest.stage import ingest_predictions
from tests.in_process import InProcess

ROWS = 400
COUNTS = {
    "score_kind",
    "run_id",
    "step",
    "split",
    "slice",
    "rows",
    "positives",
    "negatives",
    "undefined_reason",
}


@pytest.fixture
def sample():
    """Labels 0 and 1 with scores that tell them apart somewhat, and a class 0, 1 or 2 likewise."""
    rng = np.random.default_rng(15)
    truth = rng.integers(0, 2, ROWS)
    score = 1 / (1 + np.exp(-(2 * truth - 1 + rng.normal(0, 1.2, ROWS))))
    country = rng.choice(["de", "fr"], ROWS)
    return {"label": truth, "score": score, "country": country}


@pytest.fixture
def night(lake, tmp_path):
    """A function that writes columns as prediction files and returns the evaluations after it."""

    def night(files, columns=None):
        for name, frame in files.items():
            path = tmp_path / "logs" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.table(frame), path)
        ingest_predictions(lake, InProcess(), [tmp_path / "logs"], columns=columns)
        evaluate_new_predictions(lake, InProcess())
        return lake.read("evaluations").to_pylist()

    return night


def among(frame, mask):
    return {name: values[mask] for name, values in frame.items()}


def evaluated(rows, part="", step=0):
    [row] = [row for row in rows if row["slice"] == part and row["step"] == step]
    return row


def check_withheld(row, *said):
    assert all(value is None for name, value in row.items() if name not in COUNTS), row
    for text in said:
        assert text in row["undefined_reason"]


def check_metrics(row, frame):
    label, score = frame["label"], frame["score"]
    assert row["rows"] == len(label)
    assert row["auc_lower"] <= roc_auc_score(label, score) <= row["auc_upper"]
    assert row["log_loss"] == pytest.approx(log_loss(label, score))
    assert row["brier"] == pytest.approx(brier_score_loss(label, score))
    assert row["undefined_reason"] is None


@pytest.mark.parametrize(
    ("labels", "positive"),
    [((1, 2), 2), ((-1, 1), 1), (("no", "yes"), '"yes"')],
)
def test_labels_of_two_other_values_give_no_metric_but_the_mapping_that_gives_them(
    night, sample, labels, positive
):
    other = sample | {"label": [labels[one] for one in sample["label"]]}
    rows = night({"a/predictions/p.parquet": other})
    mapping = f'label = {{column = "label", positive = {positive}}}'
    check_withheld(evaluated(rows), "p.parquet", mapping)
    stated = positive.strip('"') if isinstance(positive, str) else float(positive)
    rows = night({}, Columns(positive=stated))
    check_metrics(evaluated(rows), sample)
    check_metrics(evaluated(rows, "country=de"), among(sample, sample["country"] == "de"))


def test_three_classes_are_refused_as_a_whole_and_one_can_be_scored_against_the_rest(night, sample):
    classes = sample["label"] * (1 + (np.arange(ROWS) % 3 == 0))
    rows = night({"a/predictions/p.parquet": sample | {"label": classes}})
    check_withheld(evaluated(rows), "3 classes in label column label", "positive = 2")
    rows = night({}, Columns(positive=2.0))
    check_metrics(evaluated(rows), sample | {"label": (classes == 2).astype(int)})


@pytest.mark.parametrize("shards", [((0,), (1,), (2,)), ((0, 1), (1, 2)), ((1,), (-1,))])
def test_files_of_one_step_that_hold_other_classes_are_seen_together(night, sample, shards):
    files = {
        f"a/predictions/{n}.parquet": sample | {"label": np.resize(shard, ROWS)}
        for n, shard in enumerate(shards)
    }
    rows = night(files)
    assert len(rows) >= 1
    for row in rows:
        check_withheld(row, "label")


def test_many_small_files_with_a_row_of_a_third_class_each_are_seen_together(night, sample):
    few = among(sample, slice(4)) | {"label": [0, 1, 2, 0]}
    rows = night({f"a/predictions/{n}.parquet": few for n in range(5)})
    check_withheld(evaluated(rows), "2 (5 rows)", "positive = 2")


def test_a_slip_in_a_row_costs_that_row(night, sample):
    slip = sample | {"label": np.where(np.arange(ROWS) == 7, 3.0, sample["label"])}
    rows = night({"a/predictions/p.parquet": slip})
    check_metrics(evaluated(rows), among(sample, np.arange(ROWS) != 7))


def test_a_slip_next_to_one_class_alone_may_be_the_other_class(night, sample):
    one = among(sample, sample["label"] == 1)
    slip = one | {"label": [2, *one["label"][1:]]}
    other = {"label": [0], "score": [0.5], "country": ["x"]}
    check_withheld(evaluated(night({"a/predictions/p.parquet": slip})), "2 (1 rows)")
    rows = night({"a/predictions/q.parquet": other})
    assert evaluated(rows)["auc"] is not None
    assert evaluated(rows, "country=x")["accuracy"] == 0.0
    check_withheld(evaluated(rows, f"country={one['country'][0]}"), "2 (1 rows)")


def test_a_label_whose_rows_all_have_no_score_leaves_no_metric_in_its_slice_only(night, sample):
    lost = (sample["label"] == 1) & (sample["country"] == "de")
    broken = sample | {"score": np.where(lost, np.nan, sample["score"])}
    rows = night({"a/predictions/p.parquet": broken})
    check_withheld(evaluated(rows, "country=de"), "rows of label 1 are in quarantine: score is nan")
    check_metrics(evaluated(rows), among(sample, ~lost))
    check_metrics(evaluated(rows, "country=fr"), among(sample, sample["country"] == "fr"))


def test_a_file_of_which_most_rows_are_refused_gives_no_metric(night, sample):
    broken = sample | {"score": np.where(np.arange(ROWS) <= ROWS // 2, np.inf, sample["score"])}
    rows = night({"a/predictions/p.parquet": broken})
    check_withheld(evaluated(rows), f"has {ROWS // 2 + 1} of {ROWS} rows that are invalid")


def test_what_is_withheld_follows_the_files_night_by_night(night, sample, lake):
    """A good step stays; a bad file takes its own step's metrics, and a fixed one gives them."""
    steps = {f"a/predictions/{step}.parquet": sample | {"step": [step] * ROWS} for step in (1, 2)}
    rows = night(steps)
    check_metrics(evaluated(rows, step=2), sample)
    second = sample | {"step": [2] * ROWS}
    bad = second | {"label": sample["label"] + 1}
    rows = night({"a/predictions/more.parquet": bad})
    check_metrics(evaluated(rows, step=1), sample)
    check_withheld(evaluated(rows, step=2), "more.parquet has labels 1 and 2")
    check_withheld(evaluated(rows, "country=de", step=2), "more.parquet has labels 1 and 2")
    assert evaluated(rows, step=2)["rows"] == ROWS
    assert 2 not in lake.read("curves", ["step"])["step"].to_pylist()
    rows = night({"a/predictions/third.parquet": second})
    check_withheld(evaluated(rows, step=2), "more.parquet has labels 1 and 2")
    rows = night({"a/predictions/more.parquet": second})
    check_metrics(
        evaluated(rows, step=2), {name: np.tile(values, 3) for name, values in sample.items()}
    )
    assert 2 in lake.read("curves", ["step"])["step"].to_pylist()
    assert lake.read("refused_labels").num_rows == 0


def test_auc_within_groups_is_withheld_with_the_others(night, sample, lake):
    grouped = sample | {"group_id": [f"g{n % 5}" for n in range(ROWS)]}
    night({"a/predictions/good.parquet": grouped, "b/predictions/good.parquet": grouped})
    night({"a/predictions/bad.parquet": grouped | {"label": grouped["label"] * 2}})
    refresh_steps(lake, InProcess(), GROUPS)
    found = {row["run_id"]: row for row in lake.read("group_aucs").to_pylist() if not row["slice"]}
    assert found["logs/b"]["gauc"] > 0.5
    assert found["logs/a"]["gauc"] is None
    assert "labels 0 and 2" in found["logs/a"]["undefined_reason"]
