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

from insight_lib.columnar.arrays import Booleans, Floats
from insight_lib.lake.contract import contract
from insight_lib.lake.tables import Lake
from insight_lib.risk.features.peers import COMPARED
from insight_lib.risk.groups import group_of_runs
from insight_lib.risk.models.bundle import Scores
from insight_lib.risk.models.matrix import feature_matrix, known_values, layers_by_feature
from insight_lib.risk.models.peers import deviations, filled, peer_keys
from insight_lib.risk.models.reasons import Reason
from insight_lib.risk.registry.in_use import InUse
from insight_lib.risk.stages.kind_columns import Failure, expected_columns, known_failures
from insight_lib.risk.stages.truth import known_truth, programs

APPLICATION = "scores 3"
PREDICTED, FITTED = "predicted", "fitted"
WATCHED = ("run_features", "risk_models")
ROWS_AT_ONCE = 2048
"""Each group of features is replaced in each row to see what it does: some 100 copies of them."""
_KEY = ("run_id", "cutoff_step")
_DIGEST = "features_fingerprint"


def score_new(lake: Lake, used: InUse) -> int:
    """Score the rows of ``run_features`` that this model has not scored; return how many.

    A row whose features changed since is scored again, in the place of its score.

    Args:
        lake: its only writer calls.
        used: the model.

    Raises:
        InputError: the rows hold features that the model does not know.
    """
    watermark = lake.watermark(WATCHED)
    if lake.committed("risk_scores", APPLICATION) >= watermark:
        return 0
    # A personal model has learnt from every run of which it could know what became of it.
    learnt = set() if used.is_default else set(known_truth(lake))
    given, now = _fingerprints_given(lake, used.bundle.version), datetime.now(UTC)
    failures = known_failures(lake)
    parts = [contract("risk_scores").empty()]
    looks = lake.read("run_features")
    among = _among_peers(lake, looks)
    for first in range(0, looks.num_rows, ROWS_AT_ONCE):
        rows = looks.slice(first, ROWS_AT_ONCE)
        is_new = _is_new(rows, given)
        if is_new.any():
            new, places = rows.filter(pa.array(is_new)), among[first : first + ROWS_AT_ONCE][is_new]
            parts.append(score_rows(used, new, places, learnt, failures, now))
    scores = pa.concat_tables(parts)
    _merge(lake, scores, watermark)
    return int(scores.num_rows)


def _among_peers(lake: Lake, looks: pa.Table) -> Floats:
    """Return the place of each look among those at runs of its program or experiment.

    Peers are those of this night: a score stays as it was given when others come later.
    """
    run_ids = looks["run_id"].to_pylist()
    group = group_of_runs(run_ids, programs(lake))
    share = looks["share"].fill_null(np.nan).to_numpy()
    keys = peer_keys([group[one] for one in run_ids], share, looks["cutoff_step"].to_numpy())
    return deviations(known_values(looks, COMPARED), keys)


def score_rows(
    used: InUse,
    rows: pa.Table,
    among: Floats,
    learnt: set[str],
    failures: Mapping[str, Failure],
    now: datetime,
) -> pa.Table:
    """Return a row of ``risk_scores`` for each row of features, in their order.

    Args:
        used: the model.
        rows: of ``run_features``.
        among: shape (rows, COMPARED), their places among their peers; NaN where they have too few.
        learnt: the runs that the model may have learnt from.
        failures: run to the failure that its own curves show.
        now: when the scores are given, with a time zone.
    """
    bundle = used.bundle
    share = rows["share"].fill_null(np.nan).to_numpy()
    matrix = filled(feature_matrix(rows, bundle.feature_names), among)
    scores = bundle.score(matrix, share, layers=layers_by_feature(rows))
    run_ids = rows["run_id"].to_pylist()
    columns = {
        "run_id": rows["run_id"],
        "model_version": [bundle.version] * len(run_ids),
        "cutoff_step": rows["cutoff_step"],
        "kind": [FITTED if run_id in learnt else PREDICTED for run_id in run_ids],
        "share": rows["share"],
        "seen_at": rows["seen_at"],
        "scored_at": [now] * len(run_ids),
        _DIGEST: fingerprints(rows),
        **_said(scores),
        **expected_columns(scores, rows, failures),
    }
    agreed = contract("risk_scores").schema
    return pa.table({name: columns[name] for name in agreed.names}, schema=agreed)


def fingerprints(rows: pa.Table) -> list[str]:
    """Return a digest of the features of each row, which their order does not change."""
    matrix = feature_matrix(rows, ())
    is_known = ~np.isnan(matrix.values)
    names = np.array(matrix.names, dtype=np.str_)
    # Many rows know the same features.
    known: dict[bytes, bytes] = {}
    found = []
    for values, own in zip(matrix.values, is_known, strict=True):
        mask = own.tobytes()
        if mask not in known:
            known[mask] = " ".join(names[own].tolist()).encode()
        digest = hashlib.sha256(known[mask])
        digest.update(values[own].astype("<f8").tobytes())
        found.append(digest.hexdigest()[:16])
    return found


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
        "layer": reason.layer,
    }


def _fingerprints_given(lake: Lake, version: str) -> dict[tuple[str, int], str | None]:
    """Return run and step to the digest of the features that the model has scored there."""
    by_it = ds.field("model_version") == version
    rows = lake.read("risk_scores", [*_KEY, _DIGEST], where=by_it).to_pylist()
    return {(row["run_id"], row["cutoff_step"]): row[_DIGEST] for row in rows}


def _is_new(rows: pa.Table, given: Mapping[tuple[str, int], str | None]) -> Booleans:
    keys = zip(*(rows[name].to_pylist() for name in _KEY), strict=True)
    pairs = zip(keys, fingerprints(rows), strict=True)
    return np.array([given.get(key) != digest for key, digest in pairs], dtype=np.bool_)


def _merge(lake: Lake, scores: pa.Table, version: int) -> None:
    """Add scores, in the place of those of the same run, model and step."""
    keys = set(_keys(scores))

    def is_replaced(rows: pa.Table) -> pa.Array:
        return pa.array([key in keys for key in _keys(rows)], pa.bool_())

    among = {"run_id": sorted(pc.unique(scores["run_id"]).to_pylist())}
    lake.replace_where("risk_scores", among, is_replaced, scores, APPLICATION, version)


def _keys(rows: pa.Table) -> Sequence[tuple[Any, ...]]:
    names = ("run_id", "model_version", "cutoff_step")
    return list(zip(*(rows[name].to_pylist() for name in names), strict=True))
