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

FAILURE_AT = 0.5
"""A run is predicted to fail where failing is at least as likely as not."""
WATCH_FROM = 0.2
"""From here on a risk is coloured as one to watch."""
REASON_LETTERS = 96
"""Three lines of the column of reasons."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A feature that moved a predicted probability, and how far (in log-odds; plus is riskier).

    ``meaning`` says in words what the feature measures; empty for one that is not known here.
    """

    feature: str
    meaning: str
    value: float | None
    effect: float | None

    @property
    def words(self) -> str:
        """The meaning without its closing remark; the name where that is too long for a cell."""
        words = self.meaning.split(" (")[0]
        return words if 0 < len(words) <= REASON_LETTERS else self.feature


@dataclass(frozen=True, slots=True)
class Risk:
    """A predicted probability of failure, in [0, 1], from what was known at ``cutoff_step``."""

    probability: float
    kind: str
    cutoff_step: int
    model_version: str
    reasons: tuple[Reason, ...]

    @property
    def level(self) -> Literal["high", "mid", "low"]:
        """``high`` is a predicted failure."""
        if self.probability >= FAILURE_AT:
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
class RiskModel:
    """The current model on model and its cross-validated quality, name and value as text.

    ``unusable`` says why no run is scored or ranked by it; None where runs are.
    """

    version: str
    trained_at: datetime | None
    metrics: tuple[tuple[str, str], ...]
    unusable: str | None = None


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
    """The night in numbers. ``failures_predicted`` is None where no run was scored."""

    runs: int
    scored: int
    failures_predicted: int | None
    verdicts: tuple[tuple[str, int], ...]
    findings: tuple[tuple[str, int], ...]
    quarantined: int


@dataclass(frozen=True, slots=True)
class Night:
    """The index page: every run by falling risk, else by its verdict, and what was found."""

    generated_at: datetime
    headline: Headline
    runs: tuple[RunRow, ...]
    model: RiskModel | None
    findings: tuple[RunFindings, ...]
    findings_left_out: int
    quarantine: Quarantine
