"""What kind of fault a finding is about, and the first thing to change."""

from dataclasses import dataclass
from typing import TypedDict

from insight_lib.fault_types import FaultType

RemedyValue = float | int | str | None
# ``from`` is a keyword, which the other way to declare such a dictionary does not allow.
Remedy = TypedDict(
    "Remedy", {"layer": str, "parameter": str, "from": RemedyValue, "to": RemedyValue}
)
"""A change of one parameter: of the layer, '' of the run, from its value, where known, to another.

The parameter is named as the recorded configuration names it: ``learning_rate``, ``epochs``,
``units``, ``activation``.
"""


def remedy(parameter: str, to: RemedyValue, *, old: RemedyValue = None, layer: str = "") -> Remedy:
    """Return the change of a parameter to a value, from its old one where that is known."""
    return {"layer": layer, "parameter": parameter, "from": old, "to": to}


@dataclass(frozen=True)
class Change:
    """What to change: in words, of which part of the training and, where known, to what value."""

    advice: str
    fault_type: FaultType
    remedy: Remedy | None = None
