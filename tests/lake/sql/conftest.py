"""A small lake by hand: rows state what matters, the rest is null or nothing."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from insight_lib.lake.contract import contract
from insight_lib.lake.tables import open_lake

MORNING = datetime(2025, 3, 1, 6, tzinfo=UTC)
NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
FAR = datetime(2999, 1, 1, tzinfo=UTC)
NOTHING = {
    pa.string(): "",
    pa.int32(): 0,
    pa.int64(): 0,
    pa.float64(): 0.0,
    pa.bool_(): False,
    pa.timestamp("us", tz="UTC"): NOON,
}


def filled(table, rows):
    schema = contract(table).schema
    base = {f.name: None if f.nullable else NOTHING.get(f.type, []) for f in schema}
    unknown = {name for row in rows for name in row} - set(base)
    assert not unknown, f"{table} has no column {unknown}"
    return pa.Table.from_pylist([base | row for row in rows], schema=schema)


@pytest.fixture(scope="session")
def lake_of(tmp_path_factory):
    """lake_of(runs=[{...}], findings=[...]): a lake of these rows, each state what differs."""

    def make(**tables):
        lake = open_lake(tmp_path_factory.mktemp("views") / "lake", create=True)
        for name, rows in tables.items():
            lake.replace(name, contract(name).key[0], [], filled(name, rows), "test", 0)
        return lake

    return make


@pytest.fixture(scope="session")
def nothing(lake_of):
    """A lake whose tables are empty; no test may write to it."""
    return lake_of()


def point(tag, step, value, at=None, **others):
    """Return a scalar of run a; it was written in the order of ``at``, else of its step."""
    place = {"record_offset": step if at is None else at, "file_id": "f"}
    here = {"run_id": "a", "stream": "val", "tag": tag, "step": step, "value": value}
    return here | place | others


@pytest.fixture(scope="session")
def awkward(lake_of):
    """Restarts, replaced files, a counter that wraps, NaN, labels, two models, several splits."""
    far = 2**31 - 5
    return lake_of(
        runs=[
            {"run_id": "a", "experiment": "x", "state": "ended", "verdict": "failing",
             "last_step": 40, "hparams": [("lr", "0.1"), ("optimizer", "sgd"), ("layers", "3")]},
            {"run_id": "b", "experiment": "x", "state": "ended", "verdict": "healthy",
             "last_step": 40, "hparams": [("lr", "1e-3"), ("optimizer", "adam")]},
            {"run_id": "c", "experiment": "x", "state": "running", "verdict": "not judged",
             "last_step": 0, "not_judged": [("loss", "loss has 3 points only: 5 are needed")]},
            {"run_id": "d", "experiment": "y", "state": "ended", "hparams": [("lr", "high")]},
        ],
        event_files=[
            {"file_id": "f", "run_id": "a", "log_root": "/logs", "path": "/logs/a/f", "size": 100,
             "read_to": 100, "records": 9, "status": "complete",
             "modified_ns": 1_700_000_000 * 10**9, "first_wall_time": 10.0,
             "last_wall_time": 110.5},
            {"file_id": "g", "run_id": "a", "log_root": "/logs", "path": "/logs/a/g", "size": 50,
             "read_to": 30, "records": 1, "status": "waiting", "first_wall_time": 20.0,
             "last_wall_time": 210.5},
            {"file_id": "old", "run_id": "a", "log_root": "/logs", "size": 7, "status": "replaced",
             "first_wall_time": 0.0, "last_wall_time": 9999.0},
            {"file_id": "h", "run_id": "b", "log_root": "/logs", "path": "/logs/b/h", "size": 20,
             "read_to": 20, "records": 2, "status": "corrupt", "first_wall_time": 0.0,
             "last_wall_time": 100.0},
            {"file_id": "i", "run_id": "c", "log_root": "/more", "size": 5, "status": "unreadable",
             "first_wall_time": float("nan"), "last_wall_time": 3.0},
        ],
        prediction_files=[
            {"file_id": "p", "run_id": "b", "path": "/logs/b/p.csv", "size": 1000,
             "status": "complete"},
            {"file_id": "q", "run_id": "b", "size": 9000, "status": "replaced"},
        ],
        quarantine=[
            {"run_id": "b", "file_id": "h", "offset": 8, "length": 5, "reason": "bad CRC"},
            {"run_id": "b", "file_id": "h", "offset": 3, "length": 2, "reason": "bad CRC"},
            {"run_id": "b", "file_id": "p", "offset": 1, "length": 1, "reason": "label 7"},
        ],
        scalars=[
            *(point("loss", step, 10.0 - step, at) for at, step in enumerate((0, 1, 2, 3, 2, 3))),
            point("loss", 1, -99.0, file_id="old"),
            *(point("acc", step, value) for step, value in enumerate((50.0, float("inf"), 90.0))),
            point("acc", 3, float("nan")),
            *(point("wraps", step, 1.0, at) for at, step in enumerate((far, far + 4, -(2**31), 7))),
            *(point("stepless", 0, float(at), at) for at in range(4)),
            *(point("turns", n, 1.0, n, file_id="fg"[n % 2], wall_time=float(n)) for n in range(6)),
            *(point("loss", step, 8.0, run_id="b", file_id="h") for step in range(3)),
        ],
        series=[
            {"run_id": "a", "stream": "val", "tag": "loss", "role": "total_loss", "last_step": 3,
             "phase": "validation", "direction": "lower", "scale": 1.0},
            {"run_id": "a", "stream": "val", "tag": "acc", "role": "accuracy", "last_step": 3,
             "phase": "validation", "direction": "higher", "scale": 0.01},
            {"run_id": "a", "stream": "val", "tag": "wraps", "role": "total_loss", "scale": 1.0,
             "phase": "train", "direction": "lower"},
            {"run_id": "b", "stream": "val", "tag": "loss", "role": "total_loss", "last_step": 2,
             "phase": "validation", "direction": "lower", "scale": 1.0},
        ],
        evaluations=[
            *({"run_id": "a", "split": split, "step": step, "rows": 9, "auc": auc,
               "auc_ci_lower": auc - 0.05, "auc_ci_upper": auc + 0.05}
              for split, step, auc in (("test", 20, 0.5), ("validation", 10, 0.6),
                                       ("validation", 20, 0.9), ("validation", 30, 0.88))),
            {"run_id": "a", "split": "validation", "step": 10, "slice": "country=be", "auc": 0.55},
            {"run_id": "a", "split": "validation", "step": 40, "undefined_reason": "one label"},
            {"run_id": "b", "split": "test", "step": 5, "auc": 0.7},
        ],
        findings=[
            {"run_id": "a", "rule": "loss_diverged", "severity": "error", "title": "Loss rose",
             "first_step": 3, "caused_by": "learning_rate_too_high", "caused_by_layer": ""},
            {"run_id": "a", "rule": "learning_rate_too_high", "severity": "warning",
             "title": "Rate too high", "advice": "Lower it", "first_step": 0},
            {"run_id": "a", "rule": "dead_units", "layer": "dense", "severity": "warning",
             "title": "Dead", "first_step": 2},
            {"run_id": "a", "rule": "few_units", "layer": "dense", "severity": "info"},
            {"run_id": "b", "rule": "few_examples", "severity": "info", "opened_at": NOON},
            {"run_id": "b", "rule": "plateau", "severity": "error", "resolved_at": NOON},
            {"run_id": "b", "rule": "overfitting", "severity": "error", "opened_at": NOON},
            {"run_id": "d", "rule": "overfitting", "severity": "error", "opened_at": MORNING},
        ],
        verdicts=[
            {"run_id": "a", "judged_at": MORNING},
            {"run_id": "b", "judged_at": NOON},
            {"run_id": "c", "judged_at": None},
        ],
        mutes=[
            {"run_id": "b", "rule": "overfitting", "muted_until": FAR},
            {"run_id": "d", "rule": "overfitting", "muted_until": NOON},
        ],
        notes=[
            {"about": "experiment", "name": "x", "owner": "Ada"},
            {"about": "run", "name": "b", "owner": "Grace"},
            {"about": "run", "name": "x", "owner": "nobody"},
        ],
        layer_stats=[
            *({"run_id": "a", "layer": "dense", "tensor": "output", "kind": "activation",
               "depth": 1, "step": step, "dead_fraction": dead}
              for step, dead in ((1, 0.2), (2, 0.9))),
            {"run_id": "a", "layer": "dense", "tensor": "kernel", "kind": "gradient", "step": 2,
             "depth": 1, "layer_type": "Dense", "l2": 3.0, "nan_fraction": 0.25,
             "inf_fraction": 0.5},
            {"run_id": "a", "layer": "dense", "tensor": "bias", "kind": "gradient", "step": 2,
             "depth": 1, "l2": 4.0},
            {"run_id": "a", "layer": "out", "tensor": "kernel", "kind": "weight", "step": 5,
             "l2": 2.0},
        ],
        risk_models=[
            {"model_version": "m1", "stage": "current", "features": "[]"},
            {"model_version": "m0", "stage": "default", "features": "[]"},
            {"model_version": "m9", "stage": "current", "features": None},
        ],
        risk_scores=[
            {"run_id": "a", "model_version": "m1", "cutoff_step": 10, "probability": 0.3},
            {"run_id": "a", "model_version": "m1", "cutoff_step": 40, "probability": 0.8},
            {"run_id": "a", "model_version": "m0", "cutoff_step": 50, "probability": 0.1},
            {"run_id": "b", "model_version": "m1", "cutoff_step": 40, "probability": float("nan")},
        ],
        run_outcomes=[
            {"run_id": "a", "outcome": "failed", "kind": "diverged", "failed_at": 3,
             "why": "it rose"},
            {"run_id": "b", "outcome": "failed", "kind": "at_chance", "failed_at": 9},
            {"run_id": "c", "outcome": "failed", "kind": "diverged"},
        ],
        run_labels=[{"run_id": "b", "label": "healthy", "reason": "as planned"}],
    )  # fmt: skip
