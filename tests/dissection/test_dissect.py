"""The catalogue as a whole, and its rows."""

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from insight_lib.dissection.dissect import dissect, findings_table
from insight_lib.dissection.findings.finding import Finding, number
from insight_lib.dissection.findings.history import HISTORY
from insight_lib.dissection.findings.remedy import remedy
from insight_lib.dissection.rules import RULES
from insight_lib.dissection.stage import compute_findings
from insight_lib.fault_types import FaultType
from insight_lib.lake.contract import contract
from insight_lib.series.settings_store import SeriesSettings

NIGHT = datetime(2026, 3, 1, tzinfo=UTC)


def told_run(**columns):
    """The tables of a run that writes a loss which stands still, and what is told of it."""
    runs = [dict.fromkeys(contract("runs").schema.names) | {"run_id": "r", "hparams": []} | columns]
    point = dict.fromkeys(contract("scalars").schema.names) | {
        "run_id": "r",
        "stream": "train",
        "tag": "epoch_loss",
        "wall_time": 1.0,
        "file_id": "f",
        "value_index": 0,
        "value": 2.3,
    }
    points = [point | {"step": step, "record_offset": step} for step in range(6)]
    names = ("run_id", "config", "logged_config", "topology", "hparams", "hparams_source")
    schema = pa.schema([contract("runs").schema.field(name) for name in names])
    return {
        "runs": pa.Table.from_pylist([{n: runs[0][n] for n in names}], schema=schema),
        "scalars": pa.Table.from_pylist(points, schema=contract("scalars").schema),
        "layer_stats": contract("layer_stats").empty(),
        "sample_counts": contract("sample_counts").empty(),
        "series": contract("series").empty(),
        "findings": contract("findings").empty(),
    }


def rules_of(tables):
    made = compute_findings(tables, RULES, SeriesSettings(), NIGHT)
    return set(made["findings"]["rule"].to_pylist())


TOLD = {
    "told_by": "keras graph",
    "loss": {"name": "binary_crossentropy"},
    "outputs": ["out"],
    "topology": [{"name": "out", "type": "Dense", "activation": "linear", "output_shape": [1]}],
}


def test_a_night_judges_a_run_by_what_others_told_of_it():
    assert "output_loss_mismatch" in rules_of(told_run(logged_config=json.dumps(TOLD)))
    by_hparams = told_run(
        hparams=[("lr", "0.5"), ("optimizer", "Adam")], hparams_source="hparams plugin"
    )
    assert "learning_rate_too_high" in rules_of(by_hparams)


def test_what_tensordealer_recorded_goes_before_what_others_told():
    assert "output_loss_mismatch" not in rules_of(
        told_run(logged_config=json.dumps(TOLD), config="{}")
    )


def refuse_constant(name):
    raise AssertionError(f"{name} is no JSON")


def test_findings_become_rows_of_their_table_in_order():
    evidence = {"loss": np.nan, "norms": [1.0, np.inf, -np.inf], "layers": ["слой"], "none": None}
    findings = [
        Finding(
            run_id="r",
            rule="rule",
            layer="a",
            severity="error",
            title="title",
            first_step=1,
            last_step=2,
            evidence=evidence,
            advice="advice",
            confidence=0.5,
            caused_by="cause",
            caused_by_layer="b",
            fault_type=FaultType.LEARNING_RATE,
            remedy=remedy("learning_rate", 0.01, old=1.0),
        ),
        Finding(severity="info", title="title", evidence={}, advice="advice"),
    ]
    table = findings_table(findings)
    assert table.schema == contract("findings").schema
    first, second = table.to_pylist()
    assert json.loads(first.pop("evidence"), parse_constant=refuse_constant) == {
        "loss": "NaN",
        "norms": [1.0, "Infinity", "-Infinity"],
        "layers": ["слой"],
        "none": None,
    }
    assert json.loads(first.pop("remedy")) == {
        "layer": "",
        "parameter": "learning_rate",
        "from": 1.0,
        "to": 0.01,
    }
    named = ["r", "rule", "a", "error", "title", 1, 2, "advice", 0.5, "cause", "b", "learning_rate"]
    assert list(first.values()) == [*named, *[None] * len(HISTORY)]
    assert (second["first_step"], second["caused_by"], second["evidence"]) == (None, None, "{}")
    assert (second["fault_type"], second["remedy"]) == (None, None)


def test_no_findings_are_an_empty_table():
    assert findings_table([]).schema == contract("findings").schema


def cases_of_all_rules():
    for path in sorted((Path(__file__).parent / "cases").iterdir()):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["cases"]:
            yield pytest.param(case, id=f"{path.stem}: {case['name']}")


@pytest.mark.parametrize("case", list(cases_of_all_rules()))
def test_no_run_has_two_findings_of_one_key_and_all_become_strict_json(case, make_view):
    findings = dissect([make_view(case)])
    keys = [(finding.run_id, finding.rule, finding.layer) for finding in findings]
    assert len(keys) == len(set(keys))
    for text in findings_table(findings)["evidence"].to_pylist():
        json.loads(text, parse_constant=refuse_constant)


@pytest.mark.slow
def test_a_run_of_ten_thousand_layers_is_dissected(make_view):
    layers = [
        {"layer": f"層_{depth}", "depth": depth, "kind": kind, "l2": [1.0, 1.0, 1.0]}
        | {"update_ratio": [1e-3, 1e-3, 1e-3]}
        for depth in range(10_000)
        for kind in ("gradient", "update")
    ]
    assert dissect([make_view({"layers": layers})]) == []


def test_a_layer_that_appears_midway_is_judged_by_its_own_steps(make_view):
    case = {
        "steps": [0, 10, 20, 30, 40, 50],
        "layers": [
            {"layer": "a", "depth": 0, "kind": "update", "update_ratio": [1e-3] * 6},
            {
                "layer": "b",
                "depth": 1,
                "kind": "update",
                "update_ratio": [0.0] * 3,
                "l2": [0.0] * 3,
            },
        ],
    }
    (finding,) = dissect([make_view(case)])
    assert (finding.rule, finding.layer) == ("blind_spot", "b")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (1234567.0, "1.23e+06"), (np.nan, "NaN"), (-np.inf, "minus infinity")],
)
def test_numbers_in_sentences_are_short(value, text):
    assert number(value) == text
