"""The conditions that a rule may name after ``when``, and the fields that each reads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from insight_lib.alerts.conditions.condition import Condition
from insight_lib.alerts.conditions.data_quality import DataQuality
from insight_lib.alerts.conditions.finding import Finding
from insight_lib.alerts.conditions.risk import Risk
from insight_lib.alerts.conditions.state import STATES, InState
from insight_lib.alerts.conditions.verdict import VERDICTS, OfVerdict
from insight_lib.alerts.fields import Field, Fields, one_of, some_of, texts
from insight_lib.dissection.findings.severity import SEVERITIES


@dataclass(frozen=True)
class ConditionKind:
    """A kind of condition.

    Attributes:
        make: takes the fields by their names.
        fields: those that it reads.
    """

    make: Callable[..., Condition]
    fields: Fields


def _is_probability(value: Any) -> bool:  # noqa: ANN401  (of a file)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value < 1


CONDITIONS: Mapping[str, ConditionKind] = {
    "finding": ConditionKind(
        Finding,
        {
            "severity": one_of(SEVERITIES, "error"),
            "rules": texts('a list of rules or patterns of them, such as "dead_*"', ["*"]),
        },
    ),
    "verdict": ConditionKind(OfVerdict, {"verdicts": some_of(VERDICTS, ["failing"])}),
    "risk": ConditionKind(
        Risk, {"above": Field("a probability from 0 up to, not including, 1", _is_probability, 0.9)}
    ),
    "state": ConditionKind(InState, {"states": some_of(STATES, ["stalled", "crashed"])}),
    "data_quality": ConditionKind(DataQuality, {}),
}
