"""What the report says, before it is HTML: frozen records of one night.

Numbers are final here; a renderer formats them and counts nothing. None is "not known" or
"undefined", and the record says why where a reason exists.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from insight_lib.dissection.findings.severity import SEVERITIES
from insight_lib.predictions.formats.file_names import TFRECORD, format_of_id
from insight_lib.report.records.sparkline import Sparkline

WORST_FIRST = SEVERITIES[::-1]

WATCH_FROM = 0.2
"""From here on a risk is coloured as one to watch."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What moved a predicted probability, a sentence, and how far (log-odds; plus is riskier)."""

    sentence: str
    effect: float


@dataclass(frozen=True, slots=True)
class Risk:
    """A predicted probability of failure, in [0, 1], from what was known at ``cutoff_step``.

    Attributes:
        probability: that the run fails.
        cutoff_step: up to which step it was seen.
        share: of its planned length; None where that is not known.
        is_flagged: whether it is above the threshold of few false alarms.
        is_unknown: whether the run is outside of what the model knows.
        how: which way it will fail, in a few words; empty where nothing is to be said.
        reasons: the strongest first.
        earlier: step and probability of the scores at earlier steps, by rising step.
    """

    probability: float
    cutoff_step: int
    share: float | None
    is_flagged: bool
    is_unknown: bool
    how: str
    reasons: tuple[Reason, ...]
    earlier: tuple[tuple[int, float], ...] = ()

    @property
    def level(self) -> Literal["high", "mid", "low", "unknown"]:
        """``high`` is a run that is flagged, ``unknown`` one that the model knows nothing like."""
        if self.is_unknown:
            return "unknown"
        if self.is_flagged:
            return "high"
        return "mid" if self.probability >= WATCH_FROM else "low"


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
    """A run in one line. ``worst`` is the worst severity found, None where nothing was found.

    ``verdict`` is None until the run is dissected.
    """

    run_id: str
    page: str
    experiment: str
    state: str
    verdict: str | None
    last_step: int | None
    last_event_at: datetime | None
    label: str | None
    risk: Risk | None
    findings: int
    worst: str | None
    auc: Auc | None


@dataclass(frozen=True, slots=True)
class RunFindings:
    """The findings of one run, causes first."""

    run_id: str
    page: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class OtherModel:
    """A model that does not score, what became of it and why."""

    version: str
    stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class Turnout:
    """How the scores of a night turned out; a row of ``risk_backtest`` for all landmarks."""

    night: str
    version: str
    runs: int
    failed: int
    foreseen: int
    missed: int
    false_alarms: int
    median_lead_steps: float | None
    hours_saved: float
    hours_lost: float


@dataclass(frozen=True, slots=True)
class RiskModel:
    """The model on model that scores, and its figures on programs that it had not seen.

    Attributes:
        version: of the model.
        is_default: whether it ships with DeepInsight.
        trained_at: when it was trained, or came with this version; None where that is not known.
        reason: why it scores; None where nothing is to be said.
        figures: name and value.
        landmark_titles: of the columns of ``landmarks``.
        landmarks: share of the run, and the value of each title.
        others: models that do not score.
    """

    version: str
    is_default: bool
    trained_at: datetime | None
    reason: str | None
    figures: tuple[tuple[str, float | None], ...]
    landmark_titles: tuple[str, ...]
    landmarks: tuple[tuple[str, tuple[float | None, ...]], ...]
    others: tuple[OtherModel, ...] = ()


@dataclass(frozen=True, slots=True)
class QuarantineGroup:
    """What of one file is in quarantine for one reason.

    ``count`` spans or rows, the first at ``first_offset`` (a byte, or a row of a prediction file
    that is no TFRecord); ``length`` is their length together, in bytes or rows: 0 for a file of
    which nothing could be taken.
    """

    run_id: str
    file_id: str
    reason: str
    count: int
    first_offset: int
    length: int

    @property
    def of_predictions(self) -> bool:
        """Whether the file is one of predictions, of which rows are counted."""
        return format_of_id(self.file_id) is not None

    @property
    def unit(self) -> Literal["row", "byte"]:
        """What ``first_offset`` and ``length`` count."""
        return "row" if format_of_id(self.file_id) not in (None, TFRECORD) else "byte"


@dataclass(frozen=True, slots=True)
class Quarantine:
    """What is in quarantine: how many spans and rows, in how many groups, and the first groups.

    A group is a file and a reason. ``prediction_rows`` of ``prediction_files`` were not taken;
    ``unopened`` prediction files could not be opened at all, and count in neither.
    """

    total: int
    groups: int
    shown: tuple[QuarantineGroup, ...]
    prediction_rows: int = 0
    prediction_files: int = 0
    unopened: int = 0


@dataclass(frozen=True, slots=True)
class Headline:
    """The night in numbers. ``failures_predicted`` (flagged runs) is None where none was scored.

    ``muted`` findings are counted here and shown nowhere.
    """

    runs: int
    scored: int
    failures_predicted: int | None
    verdicts: tuple[tuple[str, int], ...]
    findings: tuple[tuple[str, int], ...]
    quarantined: int
    muted: int


@dataclass(frozen=True, slots=True)
class Night:
    """The index page: every run by falling risk, else by its verdict, and what was found."""

    generated_at: datetime
    headline: Headline
    runs: tuple[RunRow, ...]
    model: RiskModel | None
    turnouts: tuple[Turnout, ...]
    findings: tuple[RunFindings, ...]
    findings_left_out: int
    quarantine: Quarantine
