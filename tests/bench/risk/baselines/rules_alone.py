"""What our own rules say of a run, as a single number."""

from insight_lib.dissection.dissect import dissect
from insight_lib.dissection.run.view import RunView

_RANKS = {"info": 1.0, "warning": 2.0, "error": 3.0}


def rules_alone(run: RunView) -> dict[str, float]:
    """Return the rank of the gravest finding, and below 1 more for how sure it is; 0 of none."""
    found = [_RANKS[one.severity] + 0.99 * one.confidence for one in dissect([run])]
    return {"b_rules": max(found, default=0.0)}
