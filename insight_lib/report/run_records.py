"""What a run's page says: its series, layers, evaluations and configuration as frozen records."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from insight_lib.report.records import Auc, Finding, Quarantine, RunRow

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
Steps = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The current points of one tag of one stream, thinned for display.

    ``values`` holds NaN where the value is NaN or infinite; ``not_finite`` counts those of the
    whole series and ``first_not_finite`` is the step of the first. ``points`` counts the current
    points before thinning, ``superseded`` those that a restart has replaced.
    """

    name: str
    steps: Steps
    values: Floats
    points: int
    superseded: int
    not_finite: int
    first_not_finite: int | None


@dataclass(frozen=True, slots=True)
class Chart:
    """The series of one tag, one a stream."""

    title: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True, eq=False)
class LayerGrid:
    """One measure of every layer over the steps.

    ``values`` has a row a label and a column a step; NaN where nothing was written.
    ``broken`` marks cells whose tensor held NaN or infinite elements. ``layers`` and ``traced``
    count what there was before thinning.
    """

    measure: str
    labels: tuple[str, ...]
    steps: Steps
    values: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    broken: np.ndarray[tuple[int, int], np.dtype[np.bool_]]
    layers: int
    traced: int


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A curve of one split at its last step."""

    curve: str
    split: str
    step: int
    x: Floats
    y: Floats


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Metrics of a split or slice at its last step, name and value as text."""

    split: str
    part: str
    step: int
    rows: int
    positives: int
    auc: Auc
    average_precision: float | None
    log_loss: float | None
    brier: float | None
    calibration_error: float | None
    undefined_reason: str | None


@dataclass(frozen=True, slots=True)
class Artifact:
    """How many values a plugin wrote under a tag."""

    plugin: str
    stream: str
    tag: str
    count: int


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a run recorded of itself; ``raw`` is its configuration JSON, indented."""

    hparams: tuple[tuple[str, str], ...]
    hparams_total: int
    columns: tuple[str, ...]
    layers: tuple[tuple[str, ...], ...]
    layers_total: int
    raw: str | None


@dataclass(frozen=True, slots=True)
class RunPage:
    """Everything on the page of one run."""

    row: RunRow
    writer: str | None
    first_event_at: datetime | None
    log_root: str
    label_reason: str | None
    findings: tuple[Finding, ...]
    charts: tuple[Chart, ...]
    charts_left_out: int
    grids: tuple[LayerGrid, ...]
    auc: tuple[Auc, ...]
    evaluations: tuple[Evaluation, ...]
    evaluations_left_out: int
    curves: tuple[Curve, ...]
    configuration: Configuration
    artifacts: tuple[Artifact, ...]
    artifacts_left_out: int
    quarantine: Quarantine
