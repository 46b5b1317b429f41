"""Score what the model in use has not scored yet; every score that was given is kept."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from insight_lib.lake.contract import contract
from insight_lib.lake.tables import Lake
from insight_lib.risk.models.bundle import Scores
from insight_lib.risk.models.matrix import feature_matrix
from insight_lib.risk.models.reasons import Reason
from insight_lib.risk.registry.in_use import InUse
from insight_lib.risk.stages.truth import known_truth

APPLICATION = "scores 2"
PREDICTED, FITTED = "predicted", "fitted"
_KEY = ("run_id", "cutoff_step")


def score_new(lake: Lake, used: InUse) -> int:
    """Score the rows of ``run_features`` that this model has not scored; return how many.

    A row whose features changed since is scored again, in the place of its score.

    Args:
        lake: its only writer calls.
        used: the model.

    Raises:
        InputError: the rows hold features that the model does not know.
    """
    rows = _unscored(lake, used.bundle.version)
    if rows.num_rows:
        # A personal model has learnt from every run of which it could know what became of it.
        learnt = set() if used.is_default else set(known_truth(lake))
        _merge(lake, score_rows(used, rows, learnt, datetime.now(UTC)))
    return int(rows.num_rows)


def score_rows(used: InUse, rows: pa.Table, learnt: set[str], now: datetime) -> pa.Table:
    """Return a row of ``risk_scores`` for each row of features, in their order.

    Args:
        used: the model.
        rows: of ``run_features``.
        learnt: the runs that the model may have learnt from.
        now: when the scores are given, with a time zone.
    """
    bundle = used.bundle
    share = rows["share"].fill_null(np.nan).to_numpy()
    scores = bundle.score(feature_matrix(rows, bundle.feature_names), share)
    run_ids = rows["run_id"].to_pylist()
    columns = {
        "run_id": rows["run_id"],
        "model_version": [bundle.version] * len(run_ids),
        "cutoff_step": rows["cutoff_step"],
        "kind": [FITTED if run_id in learnt else PREDICTED for run_id in run_ids],
        "share": rows["share"],
        "seen_at": rows["seen_at"],
        "scored_at": [now] * len(run_ids),
        "features_fingerprint": fingerprints(rows),
        **_said(scores),
    }
    agreed = contract("risk_scores").schema
    return pa.table({name: columns[name] for name in agreed.names}, schema=agreed)


def fingerprints(rows: pa.Table) -> list[str]:
    """Return a digest of the features of each row, which their order does not change."""
    return [
        hashlib.sha256(json.dumps(sorted(pairs)).encode()).hexdigest()[:16]
        for pairs in rows["features"].to_pylist()
    ]


def _said(scores: Scores) -> dict[str, Any]:
    return {
        "probability": scores.probability,
        "novelty": scores.novelty,
        "abstained": scores.abstains,
        "flagged": scores.flagged,
        "reasons": [json.dumps([_plain(each) for each in those]) for those in scores.reasons],
    }


def _plain(reason: Reason) -> Mapping[str, Any]:
    return {
        "group": str(reason.group),
        "sentence": reason.sentence,
        "effect": reason.effect,
        "features": list(reason.features),
    }


def _unscored(lake: Lake, version: str) -> pa.Table:
    """Return the rows of features without a score of these features by this model."""
    rows = lake.read("run_features")
    given = lake.read(
        "risk_scores",
        [*_KEY, "features_fingerprint"],
        where=ds.field("model_version") == version,
    ).to_pylist()
    known = {(row["run_id"], row["cutoff_step"]): row["features_fingerprint"] for row in given}
    keys = zip(*(rows[name].to_pylist() for name in _KEY), strict=True)
    is_new = [known.get(key) != own for key, own in zip(keys, fingerprints(rows), strict=True)]
    return rows.filter(pa.array(is_new, pa.bool_()))


def _merge(lake: Lake, scores: pa.Table) -> None:
    """Add scores, in the place of those of the same run, model and step."""
    keys = set(_keys(scores))

    def is_replaced(rows: pa.Table) -> pa.Array:
        return pa.array([key in keys for key in _keys(rows)], pa.bool_())

    among = {"run_id": sorted(pc.unique(scores["run_id"]).to_pylist())}
    version = lake.committed("risk_scores", APPLICATION) + 1
    lake.replace_where("risk_scores", among, is_replaced, scores, APPLICATION, version)


def _keys(rows: pa.Table) -> Sequence[tuple[Any, ...]]:
    names = ("run_id", "model_version", "cutoff_step")
    return list(zip(*(rows[name].to_pylist() for name in names), strict=True))
