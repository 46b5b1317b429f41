"""What the report says, before it is HTML: frozen records of one night.

Numbers are final here; a renderer formats them and counts nothing. None is "not known" or
"undefined", and the record says why where a reason exists.
"""

from dataclasses import dataclass
from datetime import datetime

from insight_lib.dissection.findings.severity import SEVERITIES
from insight_lib.report.records.cost import Cost
from insight_lib.report.records.movers import Movers
from insight_lib.report.records.needs import Need
from insight_lib.report.records.quality import Quality
from insight_lib.report.records.risk import Risk, RiskModel, Turnout
from insight_lib.report.records.sparkline import Sparkline
from insight_lib.report.records.summary import Standing, Summary

WORST_FIRST = SEVERITIES[::-1]


@dataclass(frozen=True, slots=True)
class Auc:
    """An AUC at a step of a split: 95 % interval and certified bounds; None where undefined."""

    step: int
    split: str
    auc: float | None
    ci_lower: float | None
    ci_upper: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired, with the findings that follow from it."""

    rule: str
    layer: str
    severity: str
    title: str
    first_step: int | None
    last_step: int | None
    evidence: tuple[tuple[str, str], ...]
    advice: str
    confidence: float
    picture: Sparkline | None
    consequences: tuple["Finding", ...] = ()


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in one line.

    ``standing`` is what is to be thought of it, ``worst`` the worst severity found, None where
    nothing was found. ``verdict`` is None until the run is dissected. ``rules`` that fired and the
    ``titles`` of what they found come causes first.
    """

    run_id: str
    page: str
    experiment: str
    state: str
    verdict: str | None
    standing: Standing
    last_step: int | None
    last_event_at: datetime | None
    label: str | None
    risk: Risk | None
    findings: int
    worst: str | None
    auc: Auc | None
    rules: tuple[str, ...]
    titles: tuple[str, ...]
    hparams: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Night:
    """What the index page says.

    Attributes:
        generated_at: when the report was written.
        summary: the night in short.
        needs: the runs that need a person, the worst first, grouped where one fault hits many.
        runs: all runs, those in need first.
        not_judged: why runs could not be judged, and how many each, the most frequent first.
        movers: metrics that moved by more than chance.
        quality: what could not be read.
        model: the risk model that scores; None before the first night.
        turnouts: how earlier scores turned out, the latest night first.
        cost: what the night took.
    """

    generated_at: datetime
    summary: Summary
    needs: tuple[Need, ...]
    runs: tuple[RunRow, ...]
    not_judged: tuple[tuple[str, int], ...]
    movers: Movers
    quality: Quality
    model: RiskModel | None
    turnouts: tuple[Turnout, ...]
    cost: Cost

    @property
    def shows_risk(self) -> bool:
        """Whether a model scores that is better than the base rate."""
        return self.model is not None and self.model.beats_base_rate
