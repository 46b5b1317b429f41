"""Rows of scores: the layer in a reason, and which way a run is expected to fail."""

import json
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from insight_lib.lake.contract import contract
from insight_lib.risk.features.peers import COMPARED
from insight_lib.risk.landmarks import Landmark
from insight_lib.risk.registry.in_use import InUse
from insight_lib.risk.stages.feature_rows import feature_row
from insight_lib.risk.stages.scoring import score_rows
from tests.risk.features.traced import layer, run_of
from tests.risk.handmade import bundle_of, kinds_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)
STEPS = np.arange(0, 400, 20)


def looked_at(*steps):
    """Rows of run_features of a run whose layer dense_1 hardly moves."""
    tensors = [
        part
        for depth, update in enumerate((1e-3, 1e-6, 1e-2))
        for part in layer(f"dense_{depth}", depth, steps=STEPS, seed=depth, update=update)
    ]
    run = run_of(*tensors, scalars={("train", "loss"): [(int(step), 1.0) for step in STEPS]})
    rows = [feature_row(run, Landmark(None, step)) for step in steps]
    return pa.Table.from_pylist(rows, schema=contract("run_features").schema)


def scored(rows, failures=(), **weights):
    bundle = bundle_of(kinds=kinds_of(update_ratio_median=-1.0), **weights)
    used = InUse(bundle, is_default=True)
    no_peers = np.full((rows.num_rows, len(COMPARED)), np.nan)
    return score_rows(used, rows, no_peers, set(), dict(failures), NOW).to_pylist()


def test_a_reason_names_the_layer_that_moves_least():
    [row] = scored(looked_at(380), update_ratio_least=-1.0)
    [reason] = json.loads(row["reasons"])
    assert reason["layer"] == "dense_1"
    assert reason["sentence"].startswith("in `dense_1`, the layer that moves least, a step changes")


def test_a_row_of_an_earlier_version_has_reasons_without_a_layer():
    rows = looked_at(380)
    place = rows.column_names.index("layers")
    nothing = pa.nulls(1, rows.schema.field("layers").type)
    [row] = scored(rows.set_column(place, "layers", nothing), update_ratio_least=-1.0)
    [reason] = json.loads(row["reasons"])
    assert reason["layer"] is None
    assert reason["sentence"].startswith("in the layer that moves least, a step changes")


def test_what_is_expected_gives_way_to_what_the_curves_show_by_then():
    rows = looked_at(200, 380)
    before, after = scored(rows, {"run": ("non_finite", 300)})
    assert (before["expected_kind"], after["expected_kind"]) == ("at_chance", "non_finite")
    assert before["expected_kind_probability"] == pytest.approx(1 / (1 + np.exp(-3)), abs=0.01)
    assert after["expected_kind_probability"] is None


def test_a_run_that_the_model_abstains_on_has_no_kind():
    [row] = scored(looked_at(380), knows_all=False)
    assert (row["expected_kind"], row["expected_kind_probability"]) == (None, None)
