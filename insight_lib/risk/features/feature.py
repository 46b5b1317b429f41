"""A feature: one number about a run, its name, its group, and what it means in words."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.run.view import RunView


class Group(StrEnum):
    """What a feature is about; a score is explained group by group."""

    TRAIN_LOSS = "train_loss"
    VALIDATION_LOSS = "validation_loss"
    METRIC = "metric"
    RETURN = "return"
    GAP = "gap"
    GRADIENTS = "gradients"
    UPDATES = "updates"
    ACTIVATIONS = "activations"
    WEIGHTS = "weights"
    OPTIMIZER = "optimizer"
    FINDINGS = "findings"
    CONFIGURATION = "configuration"
    DATA = "data"
    PEERS = "peers"


class Unit(StrEnum):
    """How a feature's number is said: as it is, or what it is the log10, share or change of.

    A change is (after - before) / (|after| + |before|), see ``measures.relative_change``; TIMES
    is the same number said as after / before. SQUASHED is x / (1 + |x|), see ``measures.squash``;
    DOUBLING the exponent of a power law over time, said as the change with twice the time. TREND
    is Kendall's tau, said in words. A FLAG is 0 or 1. SPREADS are said without their sign.
    """

    NUMBER = "number"
    DECADES = "decades"
    SHARE = "share"
    SIGNED_SHARE = "signed_share"
    CHANGE = "change"
    TIMES = "times"
    SQUASHED = "squashed"
    DOUBLING = "doubling"
    TREND = "trend"
    FLAG = "flag"
    SPREADS = "spreads"


@dataclass(frozen=True, eq=False)
class Seen:
    """All that is known of a run at a cut-off; equals only itself.

    Attributes:
        run: the run as far as it may be looked at; see ``landmarks.until``.
        findings: what the rules say of just this, but for those of ``findings.LEFT_OUT``; which
            follows from which does not matter here.
    """

    run: RunView
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Feature:
    """One thing that may be known of a run at the cut-off.

    Every feature is bounded and free of scale, so that runs of different models compare: a share in
    [0, 1], a relative change in [-1, 1], or a power of ten in [-DECADES, DECADES]. None tells how
    long the run is planned to be.

    Attributes:
        name: its key in the features of ``run_features``.
        group: what it is about.
        meaning: what the number says, for people; shown where the feature is named as a reason.
        compute: from what is seen to the number; NaN where it is not known.
        direction: 1 where more is never good news, -1 where more is never bad news, 0 where it may
            be either. A model must not learn against it.
        say: a clause for people that holds {value}, as "the updates are {value} of the weights";
            what depends on the value is put as [low|between|high] or [low|above], and the layer of
            an extreme as <one layer>, see ``models.wording``. Empty where the meaning is to be
            named instead.
        unit: how the value is said in it.
    """

    name: str
    group: Group
    meaning: str
    compute: Callable[[Seen], float]
    direction: int = 0
    say: str = ""
    unit: Unit = Unit.NUMBER
