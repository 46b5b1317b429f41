"""A lake of before version 2 of the tables: it is read as it is, and brought up to date."""

import json
import shutil
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from insight_lib.cli.main import main
from insight_lib.lake.contract import contract
from insight_lib.lake.tables import open_lake
from insight_lib.lake.versions import SCHEMA_VERSION_PROPERTY
from insight_lib.risk.stages.risk import refresh_risk
from tests.risk.handmade import bundle_of

AT = datetime(2026, 1, 1, tzinfo=UTC)
FORMER = {
    "run_features": {"run_id": "a/b", "cutoff_step": 3, "features": [("loss_change", 0.9)]},
    "risk_scores": {
        "run_id": "a/b",
        "model_version": "old",
        "cutoff_step": 3,
        "probability": 0.9,
        "kind": "out_of_fold",
        "reasons": json.dumps([{"feature": "loss_change", "value": 0.9, "effect": 1.0}]),
    },
    "risk_models": {
        "model_version": "old",
        "metrics": json.dumps({"log_loss": 0.3}),
        "data_fingerprint": "f",
        "parameters": json.dumps({"format": 1}),
        "stage": "current",
        "trained_at": AT,
    },
}


@pytest.fixture
def lake(tmp_path, ships):
    ships(bundle_of(loss_change=4.0))
    lake = open_lake(tmp_path / "lake", create=True)
    for name, row in FORMER.items():
        fields = [field for field in contract(name).schema if field.name in row]
        shutil.rmtree(lake.root / name)
        write_deltalake(lake.root / name, pa.Table.from_pylist([row], schema=pa.schema(fields)))
        version = {SCHEMA_VERSION_PROPERTY: "1"}
        DeltaTable(lake.root / name).alter.set_table_properties(version, raise_if_not_exists=False)
    return open_lake(lake.root)


def test_it_is_shown_as_what_it_is_before_the_next_night(lake, capsys):
    assert main(["risk", "show", "--lake", str(lake.root)]) == 0
    said = capsys.readouterr().out
    assert "the default model" in said
    assert "of an earlier version of DeepInsight" in said


def test_the_next_night_scores_by_the_default_and_keeps_every_earlier_score(lake):
    state = refresh_risk(lake)
    assert (state.used.is_default, state.scored, state.remarks) == (True, 1, ())
    rows = {row["model_version"]: row for row in lake.read("risk_scores").to_pylist()}
    assert rows["old"]["probability"] == 0.9
    assert rows["old"]["scored_at"] is None
    assert rows[state.used.bundle.version]["flagged"] is True
    assert not lake.is_outdated("risk_scores")
    assert not lake.is_outdated("risk_models")
    assert refresh_risk(lake).text == "nothing new"
