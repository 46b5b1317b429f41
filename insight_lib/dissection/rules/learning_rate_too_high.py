"""Steps too large for the loss to settle.

**Looks for**, in a run that did not learn, any of these:

* updates of at least {update} of the weights at {step_share:%} of the traced steps of the run's
  second half ({min_steps} at least), or any one update of more than {throw} times the weights that
  it changed;
* a loss ({min_points} points at least) that lies at {never_back} times its first point or above at
  every later one: a few steps destroyed what the initial weights gave;
* a loss of epochs (as many points) that turns at more than {turns:%} of its points in the
  second half, moves by {swing:%} of its start or more from one to the next (median), and has no
  trend down beyond noise that brings as much;
* an optimizer that moves every weight by about its learning rate, whatever the gradient (Adam,
  RMSprop and their kin), whose recorded or told rate is {adaptive_rate} or more, with a training
  loss of {min_told_points} points or more;

and, in any run whose optimizer and rate are known, a training loss that ends {rise} times as high
as it began; of which one point lies {blow_up} times above what the loss is at all points after it,
from which it does not move by more than {flat:%}; or that is {absurd} or more under an optimizer
that follows the gradient, such as SGD. A step threw the weights there.

**Why it matters** Each step leaps over what the one before had found: the loss jumps about instead
of falling, units die in a single step, and weights may grow until nothing is finite.

**What to do** Lower the learning rate by ten (and then by three), warm it up over the first steps,
use larger batches, or clip the gradient norm. With inputs or targets that are not scaled, scale
them first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.divergence import ThrowLimits
from insight_lib.dissection.run.large_steps.known_rates import find_divergence, find_large_rate
from insight_lib.dissection.run.large_steps.losses import find_blow_up, find_swings
from insight_lib.dissection.run.large_steps.updates import find_large_updates, find_thrown_weights
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.network import movements
from insight_lib.dissection.run.remedies.rate_remedy import changed_rate
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """How large updates and swings must be."""

    update: float = threshold(
        0.1, source="DeepDiagnosis and TheDeepChecker: a tenth of the weights."
    )
    throw: float = threshold(
        1.0, source="No weight is left of what it was; healthy runs of the zoo stay below 0.4."
    )
    step_share: float = threshold(0.8, least=0.01, source="Persistence: a spike comes and goes.")
    min_steps: int = threshold(
        5, source="TheDeepChecker too judges over five checks; fewer say little."
    )
    turns: float = threshold(
        0.5, source="TheDeepChecker: the loss turns at more than half of its points."
    )
    swing: float = threshold(0.1, source="A tenth, as of the weights, of the loss at its start.")
    never_back: float = threshold(
        1.5, source="Beyond the noise of a first point: of eight others none comes near to it."
    )
    min_points: int = threshold(
        8, least=5, source="Of the second half two points at least can turn."
    )
    adaptive_rate: float = threshold(
        0.1,
        source=(
            "Each step of Adam moves a weight by up to its rate (Kingma, Ba 2015), and weights "
            "are drawn of about that size; its usual rate is 0.001."
        ),
    )
    min_told_points: int = threshold(3, least=1, source="Two points are a beginning.")
    rise: float = threshold(
        100.0,
        source=(
            "A loss that ends at twice its start diverges; two points of one batch each, which may "
            "be easy or hard, need more."
        ),
    )
    blow_up: float = threshold(
        1e6, source="What is learnt within one point brings a loss down by less than that."
    )
    flat: float = threshold(0.02, source="As in loss_not_decreasing.")
    absurd: float = threshold(
        1e12,
        source=(
            "A squared error of a million squared: labels that large throw the weights of plain "
            "SGD by themselves."
        ),
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the layer with the largest updates, or on the run's loss."""
    found = None if has_learnt(view) else _of_unlearnt(view, limits)
    found = found or _of_diverging(view, limits)
    if found is not None:
        # The learning rate was too high before the step that shows it.
        yield replace(found, origin_step=view.first_step, remedy=changed_rate(view, 0.1))


def _of_unlearnt(view: RunView, limits: Thresholds) -> Finding | None:
    moving, points = movements(view), limits.min_points
    return (
        find_large_updates(
            moving,
            update=limits.update,
            step_share=limits.step_share,
            min_steps=limits.min_steps,
        )
        or find_thrown_weights(moving, limits.throw)
        or find_large_rate(
            view, adaptive_rate=limits.adaptive_rate, min_points=limits.min_told_points
        )
        or find_blow_up(view, never_back=limits.never_back, min_points=points)
        or find_swings(view, turns=limits.turns, swing=limits.swing, min_points=points)
    )


def _of_diverging(view: RunView, limits: Thresholds) -> Finding | None:
    return find_divergence(
        view,
        ThrowLimits(
            limits.rise, limits.blow_up, limits.flat, limits.min_told_points, limits.absurd
        ),
    )


RULE = Rule(
    name="learning_rate_too_high",
    title="Learning rate too high",
    needs=("updates of layers, a loss of epochs, or a known optimizer and a loss",),
    severity="warning",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "A step changes the weights of layer b by 0.5 of their size, and by 0.1 or more at 100 % "
        "of the traced steps of the second half, and nothing shows that the run learnt"
    ),
    check=check,
)
