"""The accuracy is no better than guessing.

**Looks for** an accuracy over at least {min_points} points that either

* ends (median of the last fifth) no higher above the share of the most frequent class than {room:%}
  of the room there is, nor above {times} times that share, and was there at {share:%} of the points
  of the run or of its second half; where that share is not recorded, above 1/K of the K classes of
  which loss (ln K) and accuracy (1/K) are the guess, at the start or at the end; or
* is the very same number at every point, below 0.95, as that of a model which answers the same
  whatever it is asked,

in a run that did not learn. Where one class holds more than four fifths of the examples, good
models too may stay at its share, and only the second is looked for.

**Why it matters** The model answers with the most frequent class, or at random: nothing of the
inputs has reached the output.

**What to do** Check that labels belong to their inputs, that the output fits the loss, that inputs
are scaled and that units are not dead; try the learning rate ten times larger and smaller; see
whether a few dozen examples can be memorised.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from insight_lib.dissection.findings.finding import Finding, percent, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.loss_remedy import (
    LARGE_UPDATE,
    SMALL_UPDATE,
    loss_remedy,
)
from insight_lib.dissection.run.data.kinds_of_labels import class_shares
from insight_lib.dissection.run.guessing.baseline import guessing_accuracy
from insight_lib.dissection.run.guessing.stuck_accuracy import stuck_accuracy
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level
from insight_lib.series.series import Series


@dataclass(frozen=True)
class Thresholds:
    """How near to guessing an accuracy must stay."""

    room: float = threshold(
        0.05, source="What memorising a few examples gains of the room above guessing."
    )
    times: float = threshold(
        2.0,
        least=1,
        source="Of a thousand classes a model that is right twice as often as chance has learnt.",
    )
    share: float = threshold(0.8, source="A single accuracy is off by its noise.")
    min_points: int = threshold(5, source="TheDeepChecker too judges over five checks.")


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's accuracy."""
    stuck = stuck_accuracy(
        view,
        room=limits.room,
        times=limits.times,
        share=limits.share,
        min_points=limits.min_points,
    )
    if stuck is not None:
        guessing = guessing_accuracy(view)
        found = _finding(stuck.accuracy, stuck.reached, guessing, _guess(view, guessing))
        yield _with_remedy(view, found)


def _with_remedy(view: RunView, found: Finding) -> Finding:
    """Return the finding with what is known to change: the learning rate, epochs or layers."""
    todo = loss_remedy(view, SMALL_UPDATE, LARGE_UPDATE, rose=False)
    return found if todo.fault_type is FaultType.OTHER else replace(found, **vars(todo))


def _guess(view: RunView, guessing: float | None) -> str:
    """Return what guessing gives, as the end of a sentence; empty where that is not known."""
    if guessing is None:
        return ""
    if class_shares(view):
        return f", and always predicting the largest class gives {percent(guessing)}"
    return f", and guessing one of {round(1 / guessing)} classes gives {percent(guessing)}"


def _finding(one: Series, reached: float, guessing: float | None, guess: str) -> Finding:
    end, points = end_level(one.values), one.values.size
    held = one.values <= reached
    steps, late = one.steps[held], held[points // 2 :]
    sure = (share_confidence(int(part.sum()), part.size) for part in (held, late))
    same = one.values.min() == one.values.max()
    what = f"is {percent(end)} at each of {points} points" if same else f"ends at {percent(end)}"
    return Finding(
        severity="warning",
        title=f"The accuracy {what}{guess}",
        first_step=int(steps[0]),
        last_step=int(steps[-1]),
        evidence={
            "accuracy_at_end": end,
            "accuracy_of_guessing": guessing,
            "points": points,
            **series("accuracy", one.steps, one.values),
        },
        advice=(
            "Check that labels still belong to their inputs, that the last activation fits the "
            "loss and that inputs are scaled; try the learning rate ten times larger and smaller, "
            "and test whether the model can memorise a few dozen examples."
        ),
        confidence=max(sure),
    )


RULE = Rule(
    name="stuck_at_chance",
    title="Stuck at chance",
    needs=("an accuracy", "the shares of the classes, recorded or traced, or a cross entropy"),
    severity="warning",
    fault_type=FaultType.OTHER,
    documentation=__doc__,
    thresholds=Thresholds(),
    example="The accuracy ends at 60 %, and always predicting the largest class gives 60 %",
    check=check,
)
