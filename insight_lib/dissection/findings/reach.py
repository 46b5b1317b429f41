"""Whether what is wrong in one layer can show in another: which way signals go through a network.

Outputs go up and gradients come down. A finding says where it is by ``layer`` and ``depth``, and by
``layers`` where it is about several.
"""

import numpy as np

from insight_lib.dissection.findings.finding import RUN_LAYER, Finding

_IN_OUTPUTS = frozenset({"dead_units", "saturated_units", "constant_output", "activation_scale"})
# Units of several layers that die or saturate do so of one thing: the first of them stands for all.
_FAMILIES = frozenset({"dead_units", "saturated_units"})
_IN_GRADIENTS = frozenset({"vanishing_gradient", "zero_gradient", "blind_spot"})
_OF_INITIALISATION = frozenset(
    {"constant_initialisation", "small_initialisation", "large_initialisation"}
)


def reaches(cause: Finding, effect: Finding) -> bool:
    """Return whether the cause can show where the effect is; findings on the run reach all."""
    if cause.rule == effect.rule and cause.layer == effect.layer:
        return False
    if RUN_LAYER in (cause.layer, effect.layer):
        return _order_of_numbers(cause, effect)
    if cause.rule not in _IN_OUTPUTS | _IN_GRADIENTS | _OF_INITIALISATION:
        return True
    if effect.rule in _IN_GRADIENTS:
        return _reaches_gradient(cause, effect)
    if effect.rule in _IN_OUTPUTS:
        return _reaches_output(cause, effect)
    return True


def _order_of_numbers(cause: Finding, effect: Finding) -> bool:
    """Return whether one of two tensors or losses was not finite before the other.

    A gradient is computed from the loss, all else before it.
    """
    if {cause.rule, effect.rule} != {"non_finite_tensors", "non_finite_loss"}:
        return True
    tensors = cause if cause.rule == "non_finite_tensors" else effect
    return tensors.loss_broke_first == (cause.rule == "non_finite_loss")


def _reaches_gradient(cause: Finding, effect: Finding) -> bool:
    """Return whether a cause blocks the gradient of a layer: its own layer and those below.

    A layer that passes nothing also leaves the weights of the layer above without an input.
    """
    if cause.rule in ("vanishing_gradient", "zero_gradient"):
        return effect.layer in cause.layers
    if effect.layer in (cause.layer, *cause.layers):
        return True
    if cause.rule == "dead_units":
        return cause.passes_nothing and _is_at_most(effect, cause, above=1)
    return cause.rule in _OF_INITIALISATION or _is_at_most(effect, cause)


def _reaches_output(cause: Finding, effect: Finding) -> bool:
    """Return whether a cause shows in the output of a layer: its own layer and those above."""
    if cause.layer == effect.layer:
        return True
    if cause.rule == effect.rule in _FAMILIES:
        return _comes_first(cause, effect)
    if cause.rule == "dead_units" and not cause.passes_nothing:
        return False
    return _is_at_most(cause, effect)


def _comes_first(cause: Finding, effect: Finding) -> bool:
    """Return whether of two layers with one symptom the first one began sooner, or lies lower."""

    def place(finding: Finding) -> tuple[int, float, str]:
        begun = -1 if finding.first_step is None else finding.first_step
        return begun, np.inf if finding.depth is None else finding.depth, finding.layer

    return place(cause) < place(effect)


def _is_at_most(lower: Finding, upper: Finding, above: int = 0) -> bool:
    """Return whether one lies no more than ``above`` layers above the other."""
    low, high = lower.depth, upper.depth
    return low is not None and high is not None and low <= high + above
