"""The finding record: severities, confidence, the series behind it, numbers in a sentence."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.dissection.findings.remedy import Remedy
from insight_lib.dissection.findings.severity import Severity
from insight_lib.fault_types import FaultType

RUN_LAYER = ""
MOST_POINTS = 64
"""Of a series in the evidence: enough for a small picture."""
_Z95 = 1.959964


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a rule says of a run. A rule states all but ``run_id``, ``rule`` and the causes.

    Attributes:
        run_id: the run; ``Rule.findings`` sets it.
        rule: the rule's name; ``Rule.findings`` sets it.
        layer: the layer it is about; ``RUN_LAYER`` is the whole run.
        severity: ``error`` means that a person should stop and look.
        title: what was found, one sentence with its numbers.
        first_step: the step since which it holds. A rule leaves out that of what holds from the
            start of the run (its configuration, its data): ``Rule.findings`` sets the first step
            that is known of the run. None where none is.
        last_step: the last step at which it held; left out, the last that is known of the run.
        evidence: the numbers behind it; values are numbers (NaN and infinities allowed), texts,
            booleans, None, or lists of these. ``Rule.findings`` adds ``layers`` and ``depth``.
        advice: what to change, and where; of an effect, what to fix first (``inheritance``).
        fault_type: what has to change; left out, what its rule declares; of an effect, its root's.
        remedy: the first change, where the parameter and its new value are known; of an effect,
            that of its root.
        confidence: how surely the condition holds, 0..1: ``share_confidence`` of the judged steps
            or points; 1 of a fact that was read, not measured.
        layers: all layers that it is about, where these may be several.
        depth: place of the layer along the forward pass; None where it is not known.
        origin_step: the step from which on its effects may show, where that is before
            ``first_step``: data and learning rate act before the step that reveals them.
        passes_nothing: whether the layer gives zero for every example.
        loss_broke_first: whether the loss was not finite before the tensor that this is about.
        caused_by: the rule of the finding that this one follows from.
        caused_by_layer: the layer of that finding.
    """

    run_id: str = ""
    rule: str = ""
    layer: str = RUN_LAYER
    severity: Severity
    title: str
    first_step: int | None = None
    last_step: int | None = None
    evidence: Mapping[str, object]
    advice: str
    confidence: float = 1.0
    fault_type: FaultType | None = None
    remedy: Remedy | None = None
    layers: tuple[str, ...] = ()
    depth: int | None = None
    origin_step: int | None = None
    passes_nothing: bool = False
    loss_broke_first: bool = False
    caused_by: str | None = None
    caused_by_layer: str | None = None


def share_confidence(times: int, judged: int) -> float:
    """Return the confidence, 0..1, in a condition that was true ``times`` of ``judged`` times.

    The lower bound of Wilson's 95 % interval of a share [1]: few points prove little, however
    unanimous. 0 where nothing was judged.

    [1] E. B. Wilson, Probable inference, the law of succession, and statistical inference. Journal
    of the American Statistical Association 22 (1927).

    >>> [round(share_confidence(*counts), 2) for counts in ((3, 3), (30, 30), (15, 30))]
    [0.44, 0.89, 0.33]
    """
    if judged == 0:
        return 0.0
    share, square = times / judged, _Z95**2
    spread = _Z95 * math.sqrt(share * (1 - share) / judged + square / (4 * judged**2))
    return max(0.0, (share + square / (2 * judged) - spread) / (1 + square / judged))


def series(name: str, steps: Integers, values: Floats) -> dict[str, object]:
    """Return the evidence entries of the series that made a rule fire.

    Args:
        name: what is drawn.
        steps: (n,) at which it was judged.
        values: (n,); NaN and infinities are kept.

    Returns:
        ``series_name``, ``series_steps`` and ``series_values``, thinned evenly to at most
        ``MOST_POINTS`` points; the first and the last are kept.
    """
    places = np.unique(np.linspace(0, len(steps) - 1, min(len(steps), MOST_POINTS)).astype(int))
    return {
        "series_name": name,
        "series_steps": steps[places].tolist(),
        "series_values": values[places].tolist(),
    }


def number(value: float) -> str:
    """Write a number for a sentence: three significant digits, ``NaN`` and ``infinity`` as words.

    >>> number(0.000123456), number(1234567.0), number(12.0)
    ('0.000123', '1.23e+06', '12')
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "infinity" if value > 0 else "minus infinity"
    return f"{value:.3g}"


def percent(share: float) -> str:
    """Write a share in 0..1 as a percentage that never rounds up to a whole it has not reached.

    >>> percent(0.5), percent(0.9999), percent(1.0)
    ('50 %', '99 %', '100 %')
    """
    return f"{math.floor(share * 100 + 1e-9)} %"


def back_to(step: int) -> str:
    """Return from where to train again, of a run that broke at a step: before the first is none.

    >>> back_to(0), back_to(7)
    ('start it again', 'go back to the last checkpoint before step 7')
    """
    return f"go back to the last checkpoint before step {step}" if step > 0 else "start it again"
