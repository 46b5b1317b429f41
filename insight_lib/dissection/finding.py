"""The finding record, the severities, and how numbers are written in a sentence."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["info", "warning", "error"]
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")
RUN_LAYER = ""


@dataclass(frozen=True)
class Finding:
    """One rule that fired on one run.

    Attributes:
        run_id: the run.
        rule: the rule's name.
        layer: the layer it is about; ``RUN_LAYER`` is the whole run.
        severity: ``error`` means that a person should stop and look.
        title: what was found, one sentence with its numbers.
        first_step: first step at which it held, None where there is no such step.
        last_step: last step at which it held.
        evidence: the numbers behind it; values are numbers (NaN and infinities allowed), texts,
            booleans, None, or lists of these.
        advice: what to change, and where.
        caused_by: the rule of the finding that this one follows from.
    """

    run_id: str
    rule: str
    layer: str
    severity: Severity
    title: str
    first_step: int | None
    last_step: int | None
    evidence: Mapping[str, object]
    advice: str
    caused_by: str | None = None


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
