"""Predictions that name groups to a table of AUCs within groups."""

from collections import defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from sklearn.metrics import roc_auc_score

from insight_lib.evaluation.by_step.group_stage import GROUPS, group_aucs
from insight_lib.evaluation.evaluations.compute import evaluate_run
from insight_lib.lake.contract import contract

ROWS = 4_000


@pytest.fixture(scope="module")
def predictions():
    """Two runs of two steps and slices; a fifth of the rows names no group."""
    rng = np.random.default_rng(2)
    labels = (rng.random(ROWS) < 0.3).astype(float)
    slices = [[("country", name)] for name in rng.choice(["de", "fr"], ROWS)]
    return pa.table(
        {
            "run_id": rng.choice(["logs/b", "logs/a"], ROWS),
            "step": rng.choice([300, 5], ROWS),
            "split": ["validation"] * ROWS,
            "example_id": [str(row) for row in range(ROWS)],
            "label": labels,
            "score": np.round(rng.normal(labels, 1.0), 1),
            "weight": rng.integers(0, 4, ROWS) / 2,
            "group_id": [f"user-{row % 150}" if row % 5 else None for row in range(ROWS)],
            "slices": pa.array(slices, pa.map_(pa.string(), pa.string())),
            "file_id": ["f"] * ROWS,
        },
        schema=contract("predictions").schema,
    )


@pytest.fixture(scope="module")
def histograms(predictions):
    return evaluate_run(predictions).score_histograms


def _named(predictions):
    return predictions.filter(GROUPS.rows.where)


def _row_by_row(predictions):
    """By key: (gauc, groups, coverage), collected row by row."""
    keys = defaultdict(lambda: defaultdict(list))
    for row in predictions.to_pylist():
        for part in ("", *(f"{name}={value}" for name, value in row["slices"])):
            keys[row["run_id"], row["step"], row["split"], part][row["group_id"]].append(row)
    return {key: _of_groups(dict(groups)) for key, groups in keys.items()}


def _of_groups(groups):
    whole = sum(row["weight"] for rows in groups.values() for row in rows)
    del groups[None]
    aucs, weights = [], []
    for rows in groups.values():
        label, score, weight = (
            np.array([row[name] for row in rows]) for name in ("label", "score", "weight")
        )
        if min(weight[label == 0].sum(), weight[label == 1].sum()) > 0:
            aucs.append(roc_auc_score(label, score, sample_weight=weight))
            weights.append(weight.sum())
    return np.average(aucs, weights=weights), len(aucs), sum(weights) / whole


def test_every_run_step_split_and_slice_has_what_a_loop_over_its_groups_gives(
    predictions, histograms
):
    found = group_aucs(_named(predictions), histograms)
    assert found.schema == contract("group_aucs").schema
    expected = _row_by_row(predictions)
    rows = found.to_pylist()
    keys = [(row["run_id"], row["step"], row["split"], row["slice"]) for row in rows]
    assert keys == sorted(expected)
    for key, row in zip(keys, rows, strict=True):
        gauc, groups, coverage = expected[key]
        assert row["gauc"] == pytest.approx(gauc, abs=1e-12)
        assert row["groups"] == groups
        assert row["coverage"] == pytest.approx(coverage, rel=1e-12)
        assert row["undefined_reason"] is None


def test_without_any_group_every_row_says_so(predictions, histograms):
    found = group_aucs(predictions.slice(0, 0), histograms).to_pylist()
    assert len(found) == 2 * 2 * 3
    assert {row["undefined_reason"] for row in found} == {"no example names a group"}
    assert {(row["gauc"], row["groups"], row["coverage"]) for row in found} == {(None, 0, 0.0)}


def test_neither_order_nor_encoding_nor_company_changes_a_result(predictions, histograms):
    named = _named(predictions)
    expected = group_aucs(named, histograms).filter(pc.field("run_id") == "logs/a")
    alone = named.filter(pc.field("run_id") == "logs/a")
    alone = alone.take(pa.array(np.random.default_rng(0).permutation(alone.num_rows)))
    place = alone.schema.get_field_index("group_id")
    alone = alone.set_column(place, "group_id", alone["group_id"].dictionary_encode())
    found = group_aucs(alone, histograms.filter(pc.field("run_id") == "logs/a"))
    assert found.drop("coverage") == expected.drop("coverage")
