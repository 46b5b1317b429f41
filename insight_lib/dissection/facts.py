"""Findings on what holds of a run as a whole: its configuration, its labels, its inputs."""

from collections.abc import Mapping
from dataclasses import dataclass

from insight_lib.dissection.finding import RUN_LAYER, Finding, Severity
from insight_lib.dissection.view import RunView


@dataclass(frozen=True)
class Fact:
    """What a rule has to say; ``layer`` is the layer at fault, ``RUN_LAYER`` where none is."""

    severity: Severity
    title: str
    advice: str
    evidence: Mapping[str, object]
    layer: str = RUN_LAYER
    confidence: float = 1.0


def finding(view: RunView, rule: str, fact: Fact) -> Finding:
    """Return the finding of a fact that holds from the first step that is known to the last."""
    steps = [one.steps for one in view.scalars.values()]
    steps += [one.steps for one in view.layers.values()]
    known = [one for one in steps if one.size]
    return Finding(
        view.run_id,
        rule,
        fact.layer,
        fact.severity,
        fact.title,
        min((int(one[0]) for one in known), default=None),
        max((int(one[-1]) for one in known), default=None),
        fact.evidence,
        fact.advice,
        fact.confidence,
    )
