"""The risk stage: the model on model, and its scores of every run."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa

from insight_lib.errors import InputError
from insight_lib.lake.contract import contract
from insight_lib.lake.tables import Lake
from insight_lib.risk.in_use import (
    CURRENT,
    RETIRED,
    UNUSABLE,
    newest_model,
    why_row_unusable,
    why_unusable,
)
from insight_lib.risk.registry import model_row, trained_of_row
from insight_lib.risk.score import score
from insight_lib.risk.train import train
from insight_lib.risk.trained import NotTrained, TrainedRisk

# Another one than before models were held against the base rate: an older lake trains once more.
APPLICATION = "risk 2"
SCORE_APPLICATION = "score"
WATCHED = ("run_features", "run_labels", "runs")


@dataclass(frozen=True)
class RiskState:
    """What became of the model tonight; None where nothing that it depends on had changed."""

    outcome: TrainedRisk | NotTrained | None

    @property
    def text(self) -> str:
        """The state in a few words."""
        if self.outcome is None:
            return "nothing new"
        if isinstance(self.outcome, NotTrained):
            return f"no model: {self.outcome.reason}"
        said = f"trained on {len(self.outcome.fold_of)} labelled runs"
        reason = why_unusable(self.outcome.metrics)
        return said if reason is None else f"{said}, not used: {reason}"


def refresh_risk(lake: Lake) -> RiskState:
    """Train and score again if features, labels or programs changed since the last time."""
    now = lake.watermark(WATCHED)
    if lake.committed("risk_scores", APPLICATION) >= now:
        return RiskState(None)
    features = lake.read("run_features")
    outcome = train(features, lake.read("run_labels"), programs(lake))
    if isinstance(outcome, NotTrained):
        scores = contract("risk_scores").empty()
    else:
        usable = why_unusable(outcome.metrics) is None
        scores = score(outcome, features) if usable else contract("risk_scores").empty()
        _register(lake, outcome, now)
    _replace_scores(lake, scores, APPLICATION, now)
    return RiskState(outcome)


def score_again(lake: Lake) -> int:
    """Score every run with the current model, without training; return the number of runs.

    Raises:
        InputError: There is no model, or it is no better than the base rate.
    """
    model = newest_model(lake.read("risk_models").to_pylist())
    if model is None:
        raise InputError("there is no risk model yet; label runs, then run `insight risk train`")
    reason = why_row_unusable(model)
    if reason is not None:
        raise InputError(
            f"the risk model is {reason}, so no run is scored; label more runs with "
            "`insight label`, then run `insight risk train`"
        )
    scores = score(trained_of_row(model), lake.read("run_features"))
    version = lake.committed("risk_scores", SCORE_APPLICATION) + 1
    _replace_scores(lake, scores, SCORE_APPLICATION, version)
    return int(scores.num_rows)


def programs(lake: Lake) -> dict[str, str]:
    """Return the program of each run whose recorded configuration names one."""
    runs = lake.read("runs", ["run_id", "config"])
    named = {}
    for run_id, config in zip(runs["run_id"].to_pylist(), runs["config"].to_pylist(), strict=True):
        program = json.loads(config).get("program") if config else None
        if isinstance(program, str):
            named[run_id] = program
    return named


def _replace_scores(lake: Lake, scores: pa.Table, application: str, version: int) -> None:
    """Replace all earlier scores by new ones."""
    earlier = lake.read("risk_scores", ["run_id"])["run_id"].to_pylist()
    affected = {*earlier, *scores["run_id"].to_pylist()}
    lake.replace("risk_scores", "run_id", affected, scores, application, version)


def _register(lake: Lake, trained: TrainedRisk, watermark: int) -> None:
    """Make the model the one that counts; an earlier one of the same version keeps its time."""
    rows = lake.read("risk_models").to_pylist()
    known = [row for row in rows if row["model_version"] == trained.model_version]
    newest = known or model_row(trained, datetime.now(UTC)).to_pylist()
    stage = CURRENT if why_unusable(trained.metrics) is None else UNUSABLE
    retired = [row | {"stage": RETIRED} for row in rows if row not in known]
    current = [row | {"stage": stage} for row in newest]
    lake.replace(
        "risk_models",
        "model_version",
        [row["model_version"] for row in retired + current],
        pa.Table.from_pylist(retired + current, schema=contract("risk_models").schema),
        APPLICATION,
        watermark,
    )
