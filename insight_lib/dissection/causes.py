"""Which finding follows from which: cause before symptom.

The graph is ``CAUSES``: a rule and the rules whose findings may bring it about, the nearest first.
A finding is linked to the first of them that fired on the same run, did not begin later, and, where
both are about layers, reaches the other's layer.
"""

from collections.abc import Sequence
from dataclasses import replace

from insight_lib.dissection.finding import RUN_LAYER, SEVERITIES, Finding

# What is wrong before the first step: it keeps a run from learning in more than one way.
_SET_UP = (
    "output_loss_mismatch",
    "output_width",
    "labels_outside_output",
    "non_finite_inputs",
    "constant_inputs",
    "unscaled_inputs",
)
CAUSES: dict[str, tuple[str, ...]] = {
    "learning_rate_too_high": ("unscaled_inputs", "labels_outside_output"),
    "exploding_gradient": ("learning_rate_too_high", "unscaled_inputs"),
    "initial_loss": ("output_loss_mismatch", "unscaled_inputs"),
    "loss_below_range": ("labels_outside_output", "output_loss_mismatch"),
    "non_finite_loss": ("exploding_gradient", *_SET_UP, "learning_rate_too_high"),
    "loss_not_decreasing": (
        "non_finite_loss",
        "exploding_gradient",
        "dead_units",
        "vanishing_gradient",
        "learning_rate_too_low",
        "learning_rate_too_high",
        *_SET_UP,
    ),
    "stuck_at_chance": (
        "loss_not_decreasing",
        "non_finite_loss",
        "dead_units",
        "vanishing_gradient",
        "learning_rate_too_high",
        *_SET_UP,
    ),
    "collapsed": ("exploding_gradient", "learning_rate_too_high"),
    "plateau": ("stuck_at_chance", "loss_not_decreasing", "learning_ended_early"),
    "underfitting": ("stuck_at_chance", "loss_not_decreasing", "plateau"),
    "overtraining": ("overfitting",),
    "dead_units": (
        "exploding_gradient",
        "dead_units",
        "learning_rate_too_high",
        "unscaled_inputs",
    ),
    "blind_spot": ("dead_units", "vanishing_gradient"),
}
# A warning of these says that the loss fell all the same.
_SURVIVED_BUT_FOR_ERRORS = frozenset(
    {"non_finite_loss", "exploding_gradient", "dead_units", "vanishing_gradient"}
)


def link(findings: Sequence[Finding]) -> list[Finding]:
    """Set ``caused_by`` in the findings of one run and rank them.

    Returns:
        Root causes first, then what follows from something; each by falling severity, then by the
        step at which it began.
    """
    linked = [replace(finding, caused_by=_cause(finding, findings)) for finding in findings]
    return sorted(linked, key=_rank)


def _cause(effect: Finding, findings: Sequence[Finding]) -> str | None:
    for rule in CAUSES.get(effect.rule, ()):
        if any(one.rule == rule and _may_cause(one, effect) for one in findings):
            return rule
    return None


def _may_cause(cause: Finding, effect: Finding) -> bool:
    if not _began_in_time(cause, effect):
        return False
    if effect.severity != "info" and cause.severity == "info":
        return False
    if effect.rule == "loss_not_decreasing" and cause.rule in _SURVIVED_BUT_FOR_ERRORS:
        return cause.severity == "error"
    if effect.rule == cause.rule == "dead_units":
        return _feeds(cause, effect)
    return effect.rule != "blind_spot" or _reaches(cause, effect)


def _began_in_time(cause: Finding, effect: Finding) -> bool:
    # A loss that does not fall is judged from its first point on, so its end is what counts.
    known_from = effect.last_step if effect.layer == RUN_LAYER else effect.first_step
    # An explosion shows in the gradient only after the update that brought it about.
    origin = cause.evidence.get("first_step_of_oversized_update")
    begun = origin if isinstance(origin, int) else cause.first_step
    return begun is None or known_from is None or begun <= known_from


def _feeds(cause: Finding, effect: Finding) -> bool:
    """Whether a dead layer lies below another: zeros are all that it passes on."""
    below, above = _depth(cause), _depth(effect)
    return below is not None and above is not None and _passes_nothing(cause) and below < above


def _reaches(cause: Finding, blind: Finding) -> bool:
    """Whether a layer that does not move is one that the cause starves.

    Vanishing names its layers. A dead layer stops its own weights and, where nothing passes any
    more, those below it and of the layer above.
    """
    if cause.rule == "vanishing_gradient":
        starved = cause.evidence.get("layers")
        return isinstance(starved, list) and blind.layer in starved
    if blind.layer == cause.layer:
        return True
    depth, dead = _depth(blind), _depth(cause)
    return depth is not None and dead is not None and _passes_nothing(cause) and depth <= dead + 1


def _depth(finding: Finding) -> int | None:
    depth = finding.evidence.get("depth")
    return depth if isinstance(depth, int) else None


def _passes_nothing(dead: Finding) -> bool:
    return dead.evidence.get("dead_share") == 1.0


def _rank(finding: Finding) -> tuple[bool, int, int, str, str]:
    begun = -1 if finding.first_step is None else finding.first_step
    worst_first = -SEVERITIES.index(finding.severity)
    return finding.caused_by is not None, worst_first, begun, finding.rule, finding.layer
