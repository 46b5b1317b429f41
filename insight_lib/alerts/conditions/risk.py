"""``when = "risk"``: a run that the risk model expects to fail, told before it does."""

import math
from dataclasses import dataclass

from insight_lib.alerts.conditions.condition import Night
from insight_lib.alerts.match import Match
from insight_lib.lake.tables import Lake
from insight_lib.risk.registry.standing import COLUMNS as MODEL_COLUMNS
from insight_lib.risk.registry.standing import standing_model

_COLUMNS = ("run_id", "model_version", "cutoff_step", "probability", "abstained", "expected_kind")


@dataclass(frozen=True)
class Risk:
    """Runs whose latest probability of failure is above a bound, 0..1.

    A run on which the model abstains has none.
    """

    above: float

    def matches(self, seen: Night) -> list[Match]:
        """Return the runs, each once, however its risk goes on."""
        return [
            Match((run_id,), run_id, "warning", _said(probability, kind), "")
            for run_id, (probability, kind) in _latest(seen.lake).items()
            if probability > self.above
        ]


def _said(probability: float, kind: str | None) -> str:
    expected = "" if kind is None else f", expected: {kind.replace('_', ' ')}"
    return f"The run fails with probability {probability:.0%}{expected}"


def _latest(lake: Lake) -> dict[str, tuple[float, str | None]]:
    model = standing_model(lake.read("risk_models", MODEL_COLUMNS).to_pylist())
    if model is None:
        return {}
    rows = lake.read("risk_scores", _COLUMNS).sort_by("cutoff_step").to_pylist()
    own = [row for row in rows if row["model_version"] == model["model_version"]]
    latest = {row["run_id"]: row for row in own}
    return {
        run_id: (row["probability"], row["expected_kind"])
        for run_id, row in latest.items()
        if not row["abstained"] and not math.isnan(row["probability"])
    }
