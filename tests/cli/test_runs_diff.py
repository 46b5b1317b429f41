"""``insight runs diff`` on a real lake of runs that were set up and ended in different ways."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import roc_auc_score
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from insight_lib.cli.main import main
from insight_lib.dealer import DataDescription, record
from insight_lib.evaluation.evaluations.stage import evaluate_new_predictions
from insight_lib.events.ingest.stage import ingest_events
from insight_lib.events.runs.stage import RUNS
from insight_lib.files.log_root import check_roots
from insight_lib.lake.contract import contract
from insight_lib.lake.run_stage import run_stage
from insight_lib.lake.tables import open_lake
from insight_lib.predictions.ingest.stage import ingest_predictions
from tests.in_process import InProcess

LABELS = np.arange(400) % 2
LOSSES = {"wide": [1.0, 0.25, 0.5], "narrow": [1.0, 0.75, float("nan")], "twin": [1.0, 0.25, 0.5]}


def set_up(root, run, units, rate):
    keras.backend.clear_session()
    model = keras.Sequential(
        [
            keras.Input((4,), name="x"),
            keras.layers.Dense(units, activation="relu", name="hidden"),
            keras.layers.Dense(1, activation="sigmoid", name="output"),
        ],
        name="net",
    )
    model.compile(keras.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"])
    data = DataDescription(rows=100, features=4, classes=2)
    record(root / run, model, hparams={"units": units, "rate": rate}, data=data, seeds={"run": 1})


def log(folder, tag, values):
    writer = EventFileWriter(str(folder))
    for step, value in enumerate(values):
        summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
        writer.add_event(Event(wall_time=1.0 + step, step=step, summary=summary))
    writer.close()


def scores(run):
    rng = np.random.default_rng([*run.replace("twin", "wide").encode()])
    return rng.normal(LABELS * 1.0, 1.0)


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """Runs wide and twin that are the same, narrow that failed, plain that recorded nothing."""
    folder = tmp_path_factory.mktemp("diff")
    root = folder / "logs"
    for run, losses in LOSSES.items():
        set_up(root, run, 4 if run == "narrow" else 8, 0.01 if run == "narrow" else 0.001)
        log(root / run / "train", "epoch_loss", losses)
        (root / run / "predictions").mkdir()
        rows = {"label": LABELS, "score": scores(run), "step": np.full(400, 2)}
        pq.write_table(pa.table(rows), root / run / "predictions" / "last.parquet")
    log(root / "plain's", "val_accuracy", [0.5, 0.75, 0.625])
    lake = open_lake(folder / "lake", create=True)
    ingest_events(lake, InProcess(), check_roots([root]))
    ingest_predictions(lake, InProcess(), [root])
    run_stage(lake, InProcess(), RUNS)
    evaluate_new_predictions(lake, InProcess())
    return lake


def diff(lake, capsys, *arguments):
    assert main(["runs", "diff", *arguments, "--json", "--lake", str(lake.root)]) == 0
    found = json.loads(capsys.readouterr().out)
    return {
        section: {row["field"]: tuple(row["values"].values()) for row in rows}
        for section, rows in found.items()
    }


def test_what_was_set_differently_is_named_and_nothing_else(lake, capsys):
    found = diff(lake, capsys, "logs/wide", "logs/narrow")["configuration"]
    assert found == {
        "hparams.rate": (0.001, 0.01),
        "hparams.units": (8, 4),
        "optimizer.learning_rate": (pytest.approx(0.001), pytest.approx(0.01)),
        "layers.hidden": ("Dense 8 relu", "Dense 4 relu"),
        "layers.hidden.output_shape": ([None, 8], [None, 4]),
        "layers.hidden.parameters": (40, 20),
        "layers.hidden.units": (8, 4),
        "layers.hidden.weights.bias": ([8], [4]),
        "layers.hidden.weights.kernel": ([4, 8], [4, 4]),
        "layers.output.parameters": (9, 5),
        "layers.output.weights.kernel": ([8, 1], [4, 1]),
    }


def test_what_became_of_the_runs_is_their_last_and_best_loss_and_auc(lake, capsys):
    found = diff(lake, capsys, "logs/wide", "logs/narrow")["outcome"]
    assert found["train/epoch_loss.final"] == (0.5, "NaN")
    assert found["train/epoch_loss.best"] == (0.25, 0.75)
    for at, run in enumerate(("wide", "narrow")):
        auc = found["validation.auc"][at]
        assert auc["value"] == pytest.approx(roc_auc_score(LABELS, scores(run)), abs=1e-4)
        assert auc["lower"] < auc["value"] < auc["upper"]
    assert "state" not in found
    assert "validation.examples" not in found


def test_runs_that_are_the_same_differ_in_nothing(lake, capsys):
    assert diff(lake, capsys, "logs/wide", "logs/twin") == {"configuration": {}, "outcome": {}}
    assert main(["runs", "diff", "logs/wide", "logs/twin", "--lake", str(lake.root)]) == 0
    printed = capsys.readouterr().out
    assert printed == "configuration: nothing differs\noutcome: nothing differs\n"


def test_all_shows_what_is_the_same_too(lake, capsys):
    found = diff(lake, capsys, "logs/wide", "logs/twin", "--all")
    assert found["configuration"]["loss.name"] == ("binary_crossentropy",) * 2
    assert found["configuration"]["topology"] == ("dealer",) * 2
    assert found["outcome"]["last_step"] == (2, 2)


def test_any_number_of_runs_and_runs_that_recorded_nothing_are_laid_side_by_side(lake, capsys):
    found = diff(lake, capsys, "logs/plain's", "logs/narrow", "logs/wide", "logs/twin")
    assert found["configuration"]["program"] == (None, "net", "net", "net")
    assert found["configuration"]["layers.hidden.units"] == (None, 4, 8, 8)
    assert found["outcome"]["val_accuracy.best"] == (0.75, None, None, None)
    assert found["outcome"]["val_accuracy.final"] == (0.625, None, None, None)


def test_people_read_a_row_a_field_and_a_column_a_run(lake, capsys):
    lake_folder = str(lake.root)
    assert main(["runs", "--lake", lake_folder, "diff", "logs/wide", "logs/narrow"]) == 0
    printed = capsys.readouterr().out
    (line,) = [line for line in printed.splitlines() if "layers.hidden.units" in line]
    assert [cell.strip() for cell in line.strip("│").split("│")] == [
        "layers.hidden.units",
        "8",
        "4",
    ]
    (line,) = [line for line in printed.splitlines() if "validation.auc" in line]
    assert line.count(" to ") == 2


def test_findings_risk_and_label_are_outcomes(lake, capsys):
    now = datetime(2026, 1, 2, tzinfo=UTC)
    model = {"metrics": "{}", "data_fingerprint": "f", "parameters": "{}", "trained_at": now}
    model["features"] = "[]"
    finding = {"rule": "dead_units", "title": "", "confidence": 1.0, "evidence": "{}", "advice": ""}
    rows = {
        "risk_models": [
            model | {"model_version": "old", "stage": "retired"},
            model | {"model_version": "new", "stage": "current"},
        ],
        "risk_scores": [
            {"run_id": "logs/wide", "model_version": "old", "cutoff_step": 9, "probability": 0.9},
            {"run_id": "logs/wide", "model_version": "new", "cutoff_step": 2, "probability": 0.2},
            {"run_id": "logs/wide", "model_version": "new", "cutoff_step": 1, "probability": 0.1},
        ],
        "run_labels": [{"run_id": "logs/wide", "label": "healthy", "labelled_at": now}],
        "findings": [
            finding | {"run_id": "logs/wide", "layer": "a", "severity": "error"},
            finding | {"run_id": "logs/wide", "layer": "b", "severity": "error"},
            finding | {"run_id": "logs/twin", "layer": "a", "severity": "warning"},
        ],
    }
    for name, those in rows.items():
        key = contract(name).key[0]
        filled = [{"kind": "predicted", "reasons": "[]"} | row for row in those]
        table = pa.Table.from_pylist(filled, schema=contract(name).schema)
        lake.replace(name, key, [row[key] for row in those], table, "test", 1)
    found = diff(lake, capsys, "logs/wide", "logs/twin")["outcome"]
    assert found == {
        "risk": (0.2, None),
        "label": ("healthy", None),
        "findings.error": (2, 0),
        "findings.warning": (0, 1),
    }


@pytest.mark.parametrize(
    ("named", "message"),
    [
        (["logs/wide", "narrow"], "has no run narrow; did you mean logs/narrow? `insight runs`"),
        (["logs/wide", "logs/narow"], "has no run logs/narow; did you mean logs/narrow, "),
        (["logs/wide", "x"], "has no run x; `insight runs` lists its 4 runs"),
        (["logs/wide", "logs/wide"], "run logs/wide was given twice; give two or more"),
        (["logs/wide"], "1 run was given; give two or more"),
    ],
)
def test_what_cannot_be_compared_is_named_with_the_closest_match(lake, capsys, named, message):
    assert main(["runs", "diff", *named, "--lake", str(lake.root)]) == 2
    assert message in capsys.readouterr().err


def test_a_lake_must_be_named_before_or_after_diff(lake, capsys):
    assert main(["runs", "diff", "a", "b"]) == 2
    assert "no lake is given; add --lake DIR" in capsys.readouterr().err
    assert main(["runs", "--lake", str(lake.root), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 4


def test_neither_a_jvm_nor_tensorflow_is_needed(lake):
    absent = ("pyspark", "delta", "tensorflow", "keras", "numpy", "numba", "plotly", "jinja2")
    program = f"""
import sys
for name in {absent!r}:
    sys.modules[name] = None
from insight_lib.cli.main import main
sys.exit(main(["runs", "diff", "logs/wide", "logs/narrow", "--lake", {str(lake.root)!r}]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "layers.hidden.units" in done.stdout
