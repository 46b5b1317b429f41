"""What a run's page says: its series, layers, evaluations and configuration as frozen records."""

from dataclasses import dataclass
from datetime import datetime

from insight_lib.columnar.arrays import Booleans, Floats, Integers
from insight_lib.report.records.night import Auc, Finding, RunRow
from insight_lib.report.records.quarantine import Quarantine


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The current points of one tag of one stream, thinned for display.

    ``values`` holds NaN where the value is NaN or infinite; ``not_finite`` counts those of the
    whole series and ``first_not_finite`` is the step of the first. ``points`` counts the current
    points before thinning, ``superseded`` those that a restart has replaced. Where the writer never
    passed a step, ``only_step`` is what all points carry, and ``steps`` are places in the order of
    writing.
    """

    name: str
    steps: Integers
    values: Floats
    points: int
    superseded: int
    not_finite: int
    first_not_finite: int | None
    only_step: int | None


@dataclass(frozen=True, slots=True)
class Chart:
    """The series of one tag, one a stream; ``is_result`` where it says how good the run is."""

    title: str
    series: tuple[Series, ...]
    is_result: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class LayerGrid:
    """One measure of every layer over the steps.

    ``values`` has a row a label and a column a step; NaN where nothing was written.
    ``broken`` marks cells whose tensor held NaN or infinite elements. ``estimated`` tells that some
    values come from the buckets of histograms. ``layers`` and ``traced`` count what there was
    before thinning.
    """

    measure: str
    labels: tuple[str, ...]
    steps: Integers
    values: Floats
    broken: Booleans
    estimated: bool
    layers: int
    traced: int


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A curve of one split at its last step.

    ``thinning_error`` is the greatest vertical distance of the full curve from the points kept.
    """

    curve: str
    split: str
    step: int
    x: Floats
    y: Floats
    thinning_error: float


@dataclass(frozen=True, slots=True)
class GroupAuc:
    """The AUC within groups: how many hold both classes, and their share of all examples' weight.

    ``value`` is None where it is undefined, and ``undefined_reason`` says why.
    """

    value: float | None
    groups: int
    coverage: float | None
    undefined_reason: str | None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What the scores give as a classifier: at the best threshold and at 0.5.

    The best F1 lies between ``best_f1``, which ``best_threshold`` gives, and ``best_f1_upper``.
    """

    best_f1: float | None
    best_f1_upper: float | None
    best_threshold: float | None
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric that the page shows as a number under a heading; None where undefined."""

    title: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Metrics of a split or slice at its last step; None where undefined.

    Bounds are certified: the exact value lies between them. ``measures`` are those that have a
    title in ``schemas/evaluations.toml``, in its order.
    """

    split: str
    part: str
    step: int
    rows: int
    positives: int
    auc: Auc
    average_precision: float | None
    average_precision_lower: float | None
    average_precision_upper: float | None
    ks: float | None
    thresholds: Thresholds
    group_auc: GroupAuc | None
    measures: tuple[Measure, ...]
    calibration_error: float | None
    undefined_reason: str | None
    score_kind: str | None


@dataclass(frozen=True, slots=True)
class Steadiness:
    """How steadily the AUC of a split goes over its steps; see table ``volatility``."""

    split: str
    steps: int
    stddev: float | None
    largest_drop: float | None
    drop_step: int | None
    drop_z: float | None
    moves_beyond_error: int | None


@dataclass(frozen=True, slots=True)
class Drift:
    """How far the scores of a split's last step lie from those of a reference."""

    split: str
    step: int
    reference_run_id: str
    reference_step: int
    same_run: bool
    psi: float | None
    ks: float | None


@dataclass(frozen=True, slots=True)
class Artifact:
    """How many values a plugin wrote under a tag."""

    plugin: str
    stream: str
    tag: str
    count: int


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a run recorded of itself; ``raw`` is its configuration JSON, indented.

    ``settings`` is the same by dotted names, without hyper-parameters and layers; ``problems`` says
    what of it could not be read.
    """

    hparams: tuple[tuple[str, str], ...]
    hparams_total: int
    settings: tuple[tuple[str, str], ...]
    settings_total: int
    columns: tuple[str, ...]
    layers: tuple[tuple[str, ...], ...]
    layers_total: int
    raw: str | None
    problems: str | None


@dataclass(frozen=True, slots=True)
class RunPage:
    """Everything on the page of one run.

    ``rejected``: why layer summaries could not be understood, and how many for each reason.
    ``judged`` and ``not_judged``: aspects of the run, by what each was judged, or why it was not.
    ``muted``: how many findings are not shown because a person muted them.
    """

    row: RunRow
    writer: str | None
    first_event_at: datetime | None
    log_root: str
    label_reason: str | None
    judged: tuple[tuple[str, str], ...]
    not_judged: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    muted: int
    charts: tuple[Chart, ...]
    charts_left_out: int
    grids: tuple[LayerGrid, ...]
    rejected: tuple[tuple[str, int], ...]
    auc: tuple[Auc, ...]
    evaluations: tuple[Evaluation, ...]
    evaluations_left_out: int
    curves: tuple[Curve, ...]
    steadiness: tuple[Steadiness, ...]
    drift: tuple[Drift, ...]
    configuration: Configuration
    artifacts: tuple[Artifact, ...]
    artifacts_left_out: int
    quarantine: Quarantine
