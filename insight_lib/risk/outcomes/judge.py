"""The outcome of a run: the kinds of failure one after the other, then the signs of learning."""

from collections.abc import Callable

from insight_lib.dissection.run.view import RunView
from insight_lib.risk.outcomes.adversarial import mode_collapse, one_sided
from insight_lib.risk.outcomes.at_chance import at_chance
from insight_lib.risk.outcomes.collapsed import collapsed
from insight_lib.risk.outcomes.critic_diverged import critic_diverged
from insight_lib.risk.outcomes.diverged import diverged
from insight_lib.risk.outcomes.entropy_collapse import entropy_collapse
from insight_lib.risk.outcomes.learning import learning_of
from insight_lib.risk.outcomes.never_learned import never_learned
from insight_lib.risk.outcomes.non_finite import non_finite
from insight_lib.risk.outcomes.outcome import Failure, Outcome
from insight_lib.risk.outcomes.overfit import overfit
from insight_lib.risk.outcomes.returns import (
    return_below_start,
    return_collapsed,
    return_never_rose,
)

KINDS: tuple[Callable[[RunView], Failure | None], ...] = (
    non_finite,
    diverged,
    critic_diverged,
    entropy_collapse,
    collapsed,
    return_collapsed,
    return_below_start,
    return_never_rose,
    mode_collapse,
    one_sided,
    overfit,
    at_chance,
    never_learned,
)
"""The failures that are looked for; of several the first is the run's, causes before symptoms."""


def outcome_of(run: RunView) -> Outcome:
    """Return what became of a run that has ended, from the roles of its series alone.

    A run is healthy only where something positive was learnt; where neither a failure nor that is
    seen, its outcome is unknown.
    """
    failure = next((found for kind in KINDS if (found := kind(run)) is not None), None)
    if failure is not None:
        return Outcome("failed", failure.kind, failure.failed_at, failure.sure, failure.why)
    learning = learning_of(run)
    if learning is not None:
        return Outcome("healthy", None, None, learning.sure, learning.why)
    return Outcome.unknown("no series shows that the run failed, and none that it learnt")


def has_failed_by(run: RunView, outcome: Outcome, step: int) -> bool:
    """Return whether a run has failed already at a step, so that nothing is left to foresee.

    A failure without a step, such as one that only peers show, is there when the run ends.
    """
    if outcome.label != "failed":
        return False
    since = run.last_step if outcome.failed_at is None else outcome.failed_at
    return since is not None and since <= step
