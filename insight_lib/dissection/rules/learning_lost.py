"""The model lost a good part of what it had learnt, and did not get it back.

**Looks for** a training loss, an accuracy or another score ({min_points} points at least) that
steps away from its best level beyond noise, stays away to the end, and gives up {lost:%} or more of
what it had gained since its start: of a loss that had fallen by {fell:%} of its start or more, and
of a score {points} or more of its range. A validation loss is judged so where the training loss
does not go on falling: otherwise it is overfitting. Not judged are losses and scores on whose data
another score is as good as it ever was, and reinforcement learning and adversarial training.

**Why it matters** The weights at the end know less than those of the best step, and the time since
is lost. It is a warning: of a loss that is back at its start, the collapse is reported as well. A
spike that the run recovers from does not count.

**What to do** Go back to a checkpoint of the best step, lower the learning rate from there on or
clip the gradient norm, and look at what changed at the named step: a learning rate that jumped, a
batch that differs, another phase of the training.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.lost_learning import LostLearning, lost_learning
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import start_level


@dataclass(frozen=True)
class Thresholds:
    """How much must have been gained, and lost again."""

    lost: float = threshold(0.5, source="The greater part of what was learnt is gone.")
    fell: float = threshold(
        0.2, source="A loss that fell by less has little to lose; it is judged by its fall alone."
    )
    points: float = threshold(
        0.1, source="AutoTrainer takes a swing of 0.03 for noise; three times that is none."
    )
    min_points: int = threshold(
        10, least=5, source="Of the best level and of the end three points at least, and a way."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the loss or score that most surely lost something."""
    found = lost_learning(
        view,
        lost=limits.lost,
        fell=limits.fell,
        points=limits.points,
        min_points=limits.min_points,
    )
    if found:
        yield max((_finding(one) for one in found), key=lambda one: one.confidence)


def _finding(what: LostLearning) -> Finding:
    one, away, lost = what.named, what.away, what.change
    subject = f"The {'score' if what.is_score else 'loss'} {one.name}"
    steps, values = one.series.steps, one.series.values
    onset, best = int(steps[away.onset_place]), int(steps[away.best_place])
    halfway = away.best_level + lost / 2
    later = values[away.onset_place :]
    beyond = int((later >= halfway).sum() if lost > 0 else (later <= halfway).sum())
    return Finding(
        severity="warning",
        title=(
            f"{subject} was at {number(away.best_level)} around step {best}, has been worse since "
            f"step {onset}, at {number(away.end_level)}"
        ),
        first_step=onset,
        last_step=int(steps[-1]),
        evidence={
            "best_step": best,
            "best_level": away.best_level,
            "level_at_start": start_level(values),
            "level_since": away.end_level,
            "p_value": away.p_value,
            **series(one.name, steps, values),
        },
        advice=(
            f"Go back to a checkpoint of about step {best}; lower the learning rate from there on "
            f"or clip the gradient norm, and look at what changed at step {onset}."
        ),
        confidence=share_confidence(beyond, later.size),
    )


RULE = Rule(
    name="learning_lost",
    title="Lost what it had learnt",
    needs=("a training loss that should fall, or an accuracy or another score",),
    severity="warning",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The loss train/epoch_loss was at 0.8 around step 5, has been worse since step 9, at 1.6"
    ),
    check=check,
)
