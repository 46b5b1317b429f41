"""Which finding follows from which: cause before symptom.

A finding is linked to the nearest rule of ``CAUSES`` that fired on the same run, did not begin
later, and, where both are about layers, reaches the other's layer (``reach``). A link that would
close a circle is not made, so that every chain ends at a root.
"""

import math
from collections.abc import Sequence

from insight_lib.dissection.findings.cause_graph import CAUSES
from insight_lib.dissection.findings.finding import RUN_LAYER, Finding
from insight_lib.dissection.findings.inheritance import linked
from insight_lib.dissection.findings.reach import reaches
from insight_lib.dissection.findings.severity import SEVERITIES


def link(findings: Sequence[Finding]) -> list[Finding]:
    """Set in the findings of one run what they follow from, and rank them.

    What follows from another finding also takes over what has to change (``inheritance``).

    Returns:
        Root causes first, then what follows from something. Roots stand by the worst severity
        among them and all that follows, then by the step at which they began.
    """
    ordered = sorted(findings, key=_own_rank)
    parents: dict[int, int] = {}
    for place, effect in enumerate(ordered):
        cause = _cause(effect, ordered, barred=_descendants(place, parents))
        if cause is not None:
            parents[place] = cause
    families = _family_severities(ordered, parents)
    ranked = sorted(
        range(len(ordered)),
        key=lambda place: (place in parents, -families[place], _begun(ordered[place]), place),
    )
    return [linked([ordered[one] for one in _chain(place, parents)]) for place in ranked]


def _chain(place: int, parents: dict[int, int]) -> list[int]:
    """Return the places from a finding over its cause up to its root."""
    chain = [place]
    while chain[-1] in parents:
        chain.append(parents[chain[-1]])
    return chain


def _cause(effect: Finding, ordered: Sequence[Finding], barred: set[int]) -> int | None:
    """Return the place of the nearest cause; within one rule, of the same layer, then by rank."""
    for rule in CAUSES.get(effect.rule, ()):
        places = [
            place
            for place, cause in enumerate(ordered)
            if cause.rule == rule and place not in barred and _may_cause(cause, effect)
        ]
        if places:
            return min(places, key=lambda place: (ordered[place].layer != effect.layer, place))
    return None


def _descendants(place: int, parents: dict[int, int]) -> set[int]:
    """Return a finding and all that follows from it so far, which cannot be its cause."""
    found = {place}
    while grown := {effect for effect, cause in parents.items() if cause in found} - found:
        found |= grown
    return found


def _family_severities(ordered: Sequence[Finding], parents: dict[int, int]) -> list[int]:
    """Return the highest severity in each finding's family, as places in SEVERITIES."""
    worst = [SEVERITIES.index(finding.severity) for finding in ordered]
    for start in range(len(ordered)):
        place = start
        while place in parents:
            place = parents[place]
            worst[place] = max(worst[place], worst[start])
    return worst


def _may_cause(cause: Finding, effect: Finding) -> bool:
    if not _began_in_time(cause, effect) or not _is_grave_enough(cause, effect):
        return False
    return reaches(cause, effect)


def _is_grave_enough(cause: Finding, effect: Finding) -> bool:
    """Return whether a finding may cause another: a note explains no alarm."""
    if effect.rule == "loss_not_decreasing" and cause.rule in _SURVIVED_BUT_FOR_ERRORS:
        return cause.severity == "error"
    if effect.rule in _NOT_OF_MISMATCHES and cause.rule in _MISMATCHES:
        return cause.severity == "error"
    return cause.severity != "info" or effect.severity == "info"


# A warning of these says that the loss fell all the same.
_SURVIVED_BUT_FOR_ERRORS = frozenset(
    {"non_finite_loss", "exploding_gradient", "dead_units", "vanishing_gradient"}
)

# A warning of these says that the loss suits ill, not that no gradient comes from it: what moves
# the weights too little is a fault of its own then.
_MISMATCHES = frozenset({"output_loss_mismatch", "output_width", "labels_outside_output"})
_NOT_OF_MISMATCHES = frozenset(
    {"too_few_epochs", "unsuited_sgd", "learning_rate_too_low", "loss_not_decreasing"}
)


def _began_in_time(cause: Finding, effect: Finding) -> bool:
    # A loss that does not fall is judged from its first point on, so its end is what counts.
    known_from = effect.last_step if effect.layer == RUN_LAYER else effect.first_step
    begun = cause.first_step if cause.origin_step is None else cause.origin_step
    return begun is None or known_from is None or begun <= known_from


def _own_rank(finding: Finding) -> tuple[int, int, str, bool, float, str]:
    # What a rule says of a layer stands before what it adds about the run.
    depth = math.inf if finding.depth is None else finding.depth
    graveness = -SEVERITIES.index(finding.severity)
    is_of_run = finding.layer == RUN_LAYER
    return graveness, _begun(finding), finding.rule, is_of_run, depth, finding.layer


def _begun(finding: Finding) -> int:
    return -1 if finding.first_step is None else finding.first_step
