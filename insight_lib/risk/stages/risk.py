"""The risk stage: the models of the lake, and a score of every run by the one in use."""

from dataclasses import dataclass

from insight_lib.errors import MissingExtraError
from insight_lib.lake.tables import Lake
from insight_lib.risk.registry.in_use import InUse, model_in_use
from insight_lib.risk.registry.registration import reject_unusable
from insight_lib.risk.stages import models, scoring

TABLES = ("risk_models", "risk_scores")


@dataclass(frozen=True)
class RiskState:
    """What a night did about the risk.

    Attributes:
        used: the model that scores.
        trained: what came of training on the lake's own runs; None where nothing had changed.
        scored: how many looks at runs were scored.
        remarks: what hindered it, with the remedy, a line each.
    """

    used: InUse
    trained: str | None
    scored: int
    remarks: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The state in a few words."""
        model = "default model" if self.used.is_default else f"model {self.used.bundle.version}"
        done = [self.trained] if self.trained else []
        if self.scored:
            done.append(f"{self.scored:,} looks at runs scored by the {model}")
        return "; ".join(done) or "nothing new"


def refresh_risk(lake: Lake) -> RiskState:
    """Register the default, train on what is new, and score what is not scored.

    Where scikit-learn is not installed, runs are scored all the same: training waits. A current
    model that cannot be used is rejected, and the default scores. What an earlier version wrote
    stays as it is: nothing of it can be computed later.

    Raises:
        InputError: the default model cannot be used, or labels contradict each other.
    """
    models.keep_default(lake)
    remarks = [reject_unusable(lake)]
    trained = None
    try:
        trained = models.train_if_new(lake)
    except MissingExtraError as error:
        remarks.append(f"the risk model learns nothing from the lake's own runs: {error}")
    used = model_in_use(lake)
    scored = scoring.score_new(lake, used)
    for name in TABLES:
        if lake.is_outdated(name):
            lake.mark_current(name)
    return RiskState(used, trained, scored, tuple(one for one in remarks if one))
