"""Features of what the rules say so far: how grave and how sure, by families of rules."""

from collections.abc import Callable, Collection, Iterable

import numpy as np

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.judge import verdict_of
from insight_lib.dissection.verdict import Verdict
from insight_lib.risk.features.feature import Feature, Group, Seen, Unit

# A share each of a finding that is sure: an error asks a person to stop, a note to do nothing.
_GRAVITY: dict[Severity, float] = {"info": 0.1, "warning": 0.5, "error": 1.0}
_LEVELS = {Verdict.HEALTHY: 0.0, Verdict.ATTENTION: 0.5, Verdict.FAILING: 1.0}
_MOST = 6  # findings that are counted: more say no more, and are often of one cause

FAMILIES: dict[str, tuple[str, ...]] = {
    "large_steps": (
        *("learning_rate_too_high", "large_updates", "exploding_gradient", "clipped_gradient"),
        *("learning_rate_jump", "policy_step_too_large", "no_warmup", "loss_scale_floor"),
    ),
    "small_steps": (
        *("learning_rate_too_low", "small_updates", "unsuited_sgd", "learning_ended_early"),
        "batch_too_large",
    ),
    "units": (
        *("dead_units", "saturated_units", "constant_output", "activation_scale", "blind_spot"),
        "untouched_embedding_rows",
    ),
    "gradients": ("vanishing_gradient", "zero_gradient"),
    "initialisation": (
        *("constant_initialisation", "small_initialisation", "large_initialisation"),
    ),
    "output": (
        *("output_loss_mismatch", "output_width", "missing_flatten", "labels_outside_output"),
        *("loss_below_range", "metric_mismatch"),
    ),
    "network": ("linear_hidden_layers", "softmax_hidden_layers", "too_narrow"),
    "data": (
        *("constant_labels", "constant_inputs", "unscaled_inputs", "unscaled_labels"),
        *("unshuffled_data", "non_finite_inputs", "non_finite_labels", "unscaled_rewards"),
        *("class_imbalance", "batch_too_small"),
    ),
    "non_finite": ("non_finite_tensors", "non_finite_scalar", "non_finite_loss"),
    "unstable_loss": ("oscillating_loss", "loss_spike", "loss_diverged"),
    "no_learning": (
        *("loss_not_decreasing", "stuck_at_chance", "predicts_mean", "plateau", "zero_loss"),
        *("underfitting", "return_never_improved", "initial_loss"),
    ),
    "lost_learning": (
        *("collapsed", "learning_lost", "return_collapsed", "return_below_start"),
        *("entropy_collapsed", "critic_diverged", "discriminator_won", "mode_collapse"),
    ),
    "generalisation": (
        *("overfitting", "overtraining", "validation_unlike_training", "lagging_batch_norm"),
        *("dropout_too_high", "regularisation_too_strong"),
    ),
}
"""Rules that say the same of a training, by the name of what they say."""

APART = (
    *("learning_rate_too_high", "learning_rate_too_low", "dead_units", "zero_gradient"),
    *("vanishing_gradient", "output_loss_mismatch", "labels_outside_output", "stuck_at_chance"),
)
"""The rules that tell most of what will become of a run: each has a feature of its own."""

LEFT_OUT = frozenset(
    {"too_few_epochs"}  # would tell how long a run is planned to be
    | {"validation_better_than_train", "validation_too_small", "few_examples"}
    | {"more_parameters_than_examples", "step_time", "stalled_run", "several_trainings"}
    | {"repeated_steps", "interleaved_steps", "steps_not_passed", "missing_examples"}
    | {"repeated_examples", "uncounted_examples"}
)
"""Rules of the record and of the size of the data, which say nothing of what a run will learn."""

# Without traced layers they say nothing; families of which some rules need none are not here.
_OF_LAYERS = frozenset(
    {"units", "gradients", "initialisation", "dead_units", "zero_gradient", "vanishing_gradient"}
)
_MEANINGS = {
    "large_steps": "steps that are too large",
    "small_steps": "steps that are too small",
    "units": "units that give nothing",
    "gradients": "gradients that do not arrive",
    "initialisation": "weights that began too large, too small or alike",
    "output": "an output that does not fit the loss or the labels",
    "network": "a network that cannot hold what is to be learnt",
    "data": "inputs or labels that are wrong",
    "non_finite": "NaN or infinite numbers",
    "unstable_loss": "a loss that jumps about",
    "no_learning": "nothing being learnt",
    "lost_learning": "what was learnt being lost",
    "generalisation": "validation that falls behind training",
    "learning_rate_too_high": "a learning rate that is too high",
    "learning_rate_too_low": "a learning rate that is too low",
    "dead_units": "dead units",
    "zero_gradient": "a gradient of zero",
    "vanishing_gradient": "a gradient that vanishes",
    "output_loss_mismatch": "an output that does not fit the loss",
    "labels_outside_output": "labels that the output cannot reach",
    "stuck_at_chance": "a model that is no better than guessing",
}


def _told(seen: Seen) -> list[Finding]:
    return [one for one in seen.findings if one.rule not in LEFT_OUT]


def _gravest(rules: Collection[str], *, of_layers: bool) -> Callable[[Seen], float]:
    """Return the computation of the greatest gravity of a finding of some rules, 0..1.

    It is not known of rules on layers where none were traced, and 0 where they found nothing.
    """

    def compute(seen: Seen) -> float:
        if of_layers and not seen.run.layers:
            return np.nan
        if not seen.findings:
            return 0.0
        found = (one for one in seen.findings if one.rule in rules)
        return max((_GRAVITY[one.severity] * one.confidence for one in found), default=0.0)

    return compute


def _count(severity: Severity) -> Callable[[Seen], float]:
    """Return the computation of how many rules found something so grave, up to ``_MOST``."""

    def compute(seen: Seen) -> float:
        rules = {one.rule for one in _told(seen) if one.severity == severity}
        return float(min(len(rules), _MOST))

    return compute


def _surest(severities: Iterable[Severity]) -> Callable[[Seen], float]:
    chosen = frozenset(severities)
    return lambda seen: max(
        (one.confidence for one in _told(seen) if one.severity in chosen), default=0.0
    )


def _verdict(seen: Seen) -> float:
    return _LEVELS.get(verdict_of(seen.run, _told(seen)), np.nan)


def _of(name: str, rules: Collection[str], *, of_layers: bool) -> Feature:
    return Feature(
        f"finding_{name}",
        Group.FINDINGS,
        f"how grave and sure the findings on {_MEANINGS[name]} are (0 of none, 1 of a sure error)",
        _gravest(rules, of_layers=of_layers),
        1,
        say=f"the rules see [no sign|signs|clear signs] of {_MEANINGS[name]}",
        unit=Unit.SHARE,
    )


FINDING_FEATURES = (
    *(_of(name, rules, of_layers=name in _OF_LAYERS) for name, rules in FAMILIES.items()),
    *(_of(rule, (rule,), of_layers=rule in _OF_LAYERS) for rule in APART),
    Feature(
        "findings_errors",
        Group.FINDINGS,
        f"number of rules that found an error so far (at most {_MOST})",
        _count("error"),
        1,
        say="[no rule finds an error|the number of rules that find an error is {value}]",
    ),
    Feature(
        "findings_warnings",
        Group.FINDINGS,
        f"number of rules that warn so far (at most {_MOST})",
        _count("warning"),
        1,
        say="[no rule warns|the number of rules that warn is {value}]",
    ),
    Feature(
        "findings_surest",
        Group.FINDINGS,
        "how sure the surest error or warning so far is",
        _surest(("error", "warning")),
        1,
        say="[no rule finds an error or warns|the surest error or warning is {value} sure]",
        unit=Unit.SHARE,
    ),
    Feature(
        "findings_verdict",
        Group.FINDINGS,
        "verdict so far (0 healthy, 1/2 attention, 1 failing)",
        _verdict,
        1,
        say="by the rules the run is so far [healthy|in need of attention|failing]",
        unit=Unit.SHARE,
    ),
)
