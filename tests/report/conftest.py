"""Fabricated lakes: tables of the contracts in memory, a base row and what differs from it."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from insight_lib.lake.contract import contract
from insight_lib.report.write import write_report

ZEROS = {
    pa.string(): "",
    pa.int64(): 0,
    pa.int32(): 0,
    pa.float64(): 0.0,
    pa.bool_(): False,
    pa.binary(): b"",
    pa.timestamp("us", tz="UTC"): datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    pa.map_(pa.string(), pa.string()): [],
    pa.map_(pa.string(), pa.float64()): [],
    pa.list_(pa.float64()): [],
}
BASE: dict[str, dict[str, Any]] = {
    "runs": {"run_id": "zoo/a", "state": "ended", "experiment": "zoo", "log_root": "/logs/zoo"},
    "scalars": {"run_id": "zoo/a", "stream": "train", "tag": "loss", "file_id": "f"},
    "findings": {
        "run_id": "zoo/a",
        "rule": "exploding_gradient",
        "severity": "error",
        "title": "The gradient explodes",
        "evidence": "{}",
        "advice": "Lower the learning rate.",
    },
    "risk_models": {
        "model_version": "m1",
        "metrics": '{"gain_over_base_rate": 0.2, "gain_stderr": 0.03}',
        "stage": "current",
        "features": "[]",
    },
    "risk_scores": {
        "run_id": "zoo/a",
        "model_version": "m1",
        "probability": 0.5,
        "kind": "predicted",
        "reasons": "[]",
    },
    "evaluations": {"run_id": "zoo/a", "split": "validation", "rows": 100, "positives": 40},
    "group_aucs": {
        "run_id": "zoo/a",
        "split": "validation",
        "undefined_reason": "no example names a group",
    },
    "volatility": {"run_id": "zoo/a", "split": "validation", "metric": "auc"},
    "score_drift": {"run_id": "zoo/a", "split": "validation", "reference_run_id": "zoo/a"},
    "curves": {"run_id": "zoo/a", "split": "validation", "curve": "roc"},
    "layer_stats": {
        "run_id": "zoo/a",
        "layer": "dense",
        "tensor": "kernel",
        "kind": "update",
        "count": 10,
    },
    "quarantine": {"run_id": "zoo/a", "file_id": "f", "length": 1, "reason": "bad CRC"},
    "rejected_summaries": {"run_id": "zoo/a", "stream": "train", "tag": "t", "reason": "no shape"},
    "series": {"run_id": "zoo/a", "stream": "train", "tag": "loss", "role": "total_loss"},
    "artifacts": {"run_id": "zoo/a", "stream": ".", "tag": "t", "plugin": "text"},
    "run_labels": {"run_id": "zoo/a", "label": "failed"},
}


class MemoryTables:
    """Tables of rows; a table that was given none is empty."""

    def __init__(self, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        self.tables = {name: table_of(name, those) for name, those in rows.items()}
        self.asked: list[tuple[str, int | None]] = []

    def read(
        self,
        name: str,
        columns: Sequence[str] | None = None,
        run_ids: Sequence[str] | None = None,
    ) -> pa.Table:
        self.asked.append((name, None if run_ids is None else len(run_ids)))
        if name not in self.tables:
            self.tables[name] = table_of(name, ())
        table = self.tables[name]
        if run_ids is not None:
            wanted = pa.array(run_ids, pa.string())
            table = table.filter(pc.is_in(table["run_id"], value_set=wanted))
        return table if columns is None else table.select(columns)


def table_of(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    schema = contract(name).schema
    base = {f.name: None if f.nullable else ZEROS[f.type] for f in schema} | BASE.get(name, {})
    unknown = {key for row in rows for key in row} - set(base)
    if unknown:
        raise KeyError(f"{name} has no column {unknown}")
    arrays = {f.name: pa.array([r.get(f.name, base[f.name]) for r in rows], f.type) for f in schema}
    return pa.table(arrays, schema=pa.schema([pa.field(f.name, f.type) for f in schema]))


@pytest.fixture(scope="session")
def rows_of() -> Callable[..., pa.Table]:
    """``rows_of(table, {differences}, ...)``: a table of that contract."""
    return lambda name, *rows: table_of(name, rows)


@pytest.fixture(scope="session")
def lake() -> Callable[..., MemoryTables]:
    """``lake(runs=[{...}], scalars=[...])``: a lake that holds rows with these differences."""
    return lambda **rows: MemoryTables(rows)


@pytest.fixture(scope="session")
def generated_at() -> datetime:
    return datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A real browser, started once."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium on the PATH: apt-get install chromium")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  only where a browser is

    with sync_playwright() as play:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = play.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


GAIN = {"gain_over_base_rate": 0.2, "gain_stderr": 0.03}
"""Of a model that is better than the base rate."""

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(2)>",
    "\"quoted' <b>bold</b> &amp; %{y}",
    '<a href="javascript:alert(3)">link</a>',
    "nul\0 and \u202ereversed and 名前 \u2028 line",
    "<!--<script>" + "long" * 400,
)
HOSTILE_RUNS = (*HOSTILE, "zoo/a", "zoo-a", "../../escape", "..", "zoo/%2e%2e/a", "ZOO/A")


Rows = dict[str, list[dict[str, Any]]]


def hostile_rows(run_id: str) -> Rows:
    """A run that has everything, with hostile text wherever text can stand."""
    tables = hostile_measures() | hostile_evaluations() | hostile_judgements() | hostile_run()
    return {name: [row | {"run_id": run_id} for row in rows] for name, rows in tables.items()}


def hostile_measures() -> Rows:
    values = (1.0, 3.0, 2.0, 5.0)
    scalars = [
        {"tag": text, "stream": HOSTILE[at - 1], "step": step, "value": value}
        for at, text in enumerate(HOSTILE)
        for step, value in enumerate(values)
    ]
    scalars.append({"step": 4, "value": float("nan"), "tag": HOSTILE[0], "stream": "x"})
    layers = [
        {"layer": text, "tensor": text, "kind": kind, "step": step, "depth": at}
        | {"l2": 0.5, "std": 0.5, "update_ratio": 1e-3, "activation": text, "layer_type": text}
        for at, text in enumerate(HOSTILE)
        for kind in ("update", "gradient", "weight", "activation")
        for step in range(4)
    ]
    rejected = [{"tag": text, "reason": text} for text in HOSTILE]
    return {"scalars": scalars, "layer_stats": layers, "rejected_summaries": rejected}


def hostile_evaluations() -> Rows:
    auc = {"auc": 0.8, "auc_lower": 0.8, "auc_upper": 0.8, "auc_ci_lower": 0.7, "auc_ci_upper": 0.9}
    evaluations = [{"split": text, "step": step} | auc for text in HOSTILE for step in range(4)]
    slices = [{"slice": text, "undefined_reason": text} for text in HOSTILE]
    steady = {"steps": 4, "mean": 0.8, "stddev": 0.1, "largest_drop": 0.1, "drop_step": 3}
    volatility = [steady | {"split": text} for text in HOSTILE]
    drift = [{"split": text, "reference_run_id": text, "psi": 1.0, "ks": 0.5} for text in HOSTILE]
    curves = [
        {"split": text, "curve": name, "point": at, "x": at / 3, "y": at / 3}
        for text in HOSTILE
        for name in ("roc", "pr", "calibration", "score_positive", "score_negative")
        for at in range(4)
    ]
    return {
        "evaluations": evaluations + slices,
        "curves": curves,
        "group_aucs": slices,
        "volatility": volatility,
        "score_drift": drift,
    }


def hostile_judgements() -> Rows:
    severities = ("error", "warning", "info", "error", "<b>", "error")
    findings = [
        {"rule": text, "layer": text, "title": text, "advice": text, "severity": severity}
        | {"evidence": json.dumps({text: text})}
        for severity, text in zip(severities, HOSTILE, strict=True)
    ]
    findings[1]["caused_by"] = HOSTILE[0]
    reasons = json.dumps([{"sentence": text, "effect": 1} for text in HOSTILE])
    risk = {"reasons": reasons, "kind": HOSTILE[0], "model_version": HOSTILE[1]}
    return {
        "findings": findings,
        "risk_scores": [risk | {"probability": 0.75}],
        "run_labels": [{"label": HOSTILE[0], "reason": HOSTILE[1]}],
    }


def hostile_run() -> Rows:
    run = {
        "hparams": [(text, text) for text in HOSTILE],
        "config": json.dumps(dict(enumerate(HOSTILE))),
        "topology": json.dumps([{text: text for text in HOSTILE}]),
        "writer": HOSTILE[1],
        "experiment": HOSTILE[0],
        "log_root": HOSTILE[2],
        "state": HOSTILE[3],
        "verdict": HOSTILE[1],
        "judged": [(text, text) for text in HOSTILE],
        "not_judged": [(text, text) for text in HOSTILE],
    }
    return {
        "runs": [run],
        "artifacts": [{"plugin": text, "tag": text, "stream": text} for text in HOSTILE],
        "quarantine": [{"file_id": text, "reason": text, "offset": 1} for text in HOSTILE],
    }


@pytest.fixture(scope="session")
def hostile_texts() -> tuple[str, ...]:
    return HOSTILE


@pytest.fixture(scope="session")
def hostile_report(tmp_path_factory, generated_at) -> Path:
    """The index of a report in which every text is hostile."""
    rows: Rows = {}
    for run_id in HOSTILE_RUNS:
        for name, those in hostile_rows(run_id).items():
            rows.setdefault(name, []).extend(those)
    metrics = json.dumps({text: text for text in HOSTILE} | {"roc_auc": float("nan")} | GAIN)
    rows["risk_models"] = [
        {"model_version": HOSTILE[1], "metrics": metrics, "reason": HOSTILE[0]},
        {"model_version": HOSTILE[2], "stage": "retired", "reason": HOSTILE[0]},
    ]
    turnout = {"night": HOSTILE[2], "model_version": HOSTILE[0], "landmark": "any"}
    rows["risk_backtest"] = [turnout]
    folder = tmp_path_factory.mktemp("hostile") / "report"
    return write_report(MemoryTables(rows), folder, generated_at)
