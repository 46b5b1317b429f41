"""A hidden layer has too few units for the task, or there is no hidden layer.

**Looks for**, in a model whose layers follow one another,

* a dense or recurrent layer of at most {most_units} units, fewer than it takes to place the classes
  (one less than there are), of a classifier of several classes;
* a hidden layer of at most {most_units_of_one} units before a single output;
* no hidden layer at all before a single output, where the loss ended within {nothing:%} of what
  guessing gives;

where the training went less than {way:%} of the way from guessing to no error (of quantities
{way_of_quantities:%}) and has settled: its loss, of six points and more, moved by at most {flat:%}
of its start over the last quarter of the run and fell no longer as at its start. A step must also
move the weights by a usual share of them, if it moves them; before a single output it must. Not
judged is a model that gives several quantities, such as an autoencoder, whose code is narrow by
intention, and one without a hidden layer whose weights are held back by regularisation.

**Why it matters** All that is known of an example has to pass through these units: what they cannot
tell apart, no layer above can. Without a hidden layer the classes are separated by a plane, which
does not solve tasks such as exclusive or. Longer training does not help: a warning.

**What to do** Start with several times as many units as classes, 16 at least, or add a hidden layer
of that size with a ReLU; fewer where a validation loss rises.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import Finding, number, series
from insight_lib.dissection.findings.remedy import remedy
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import (
    accuracies,
    end_of_training,
    training_loss,
)
from insight_lib.dissection.run.curves.settled import (
    is_flat_at_end,
    moves_as_usual,
    moves_by_a_wrong_rate,
)
from insight_lib.dissection.run.guessing.baseline import guessing_loss
from insight_lib.dissection.run.learning import falls_short, way_gone
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.recorded.recorded_layers import is_regularised
from insight_lib.dissection.run.recorded.topology import GraphLayer, chain_to_output
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level


@dataclass(frozen=True)
class Thresholds:
    """Units, and what is flat."""

    most_units: int = threshold(
        4, source="From five units on a classifier of ten digits goes more than half of the way."
    )
    most_units_of_one: int = threshold(
        2, source="Exclusive or takes two units, which find it in some trainings only."
    )
    way: float = threshold(
        0.6, source="Circles go half of the way with two units, and all of it with eight."
    )
    way_of_quantities: float = threshold(
        0.4, source="Of usual tables a line explains half of the variance, the rest may be noise."
    )
    nothing: float = threshold(
        0.05, source="As in loss_not_decreasing: what a model gains by memorising a few examples."
    )
    flat: float = threshold(
        0.1, source="TheDeepChecker takes 5 % for no fall; through a few units a loss creeps on."
    )


_LEAST_WIDTH = 16
_FEWEST_CLASSES = 3


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the narrowest hidden layer, or on the output where there is none."""
    weighted = [layer for layer in chain_to_output(view) if layer.is_weighted]
    output = weighted[-1] if weighted else None
    classes = None if output is None else _classes(view, output)
    if output is None or classes is None:
        return
    is_one = classes < _FEWEST_CLASSES
    if not is_flat_at_end(view, limits.flat) or moves_by_a_wrong_rate(view):
        return
    if is_one and not moves_as_usual(view):
        return
    hidden = [layer for layer in weighted[:-1] if layer.width is not None and _is_vector(layer)]
    if len(weighted) == 1 and is_one and _is_at_chance(view, limits):
        yield _without_hidden(view, output)
    elif hidden and _is_poor(view, limits):
        narrow = min(hidden, key=lambda layer: layer.width or 0)
        if _is_narrow(narrow.width or 0, classes, limits):
            yield _too_narrow(view, narrow, output, classes)


def _is_at_chance(view: RunView, limits: Thresholds) -> bool:
    loss, guessing = training_loss(view), guessing_loss(view)
    if loss is None or guessing is None or is_regularised(view):
        return False
    return end_of_training(view, loss) >= (1 - limits.nothing) * guessing


def _classes(view: RunView, output: GraphLayer) -> int | None:
    """Return the classes that the output distinguishes, 1 of one unit; None of quantities."""
    loss = recorded_training.loss(view)
    if loss is None or output.width is None or not _is_vector(output):
        return None
    is_of_classes = loss.name in recorded_training.CLASS_LOSSES
    return output.width if output.width == 1 or is_of_classes else None


def _is_vector(layer: GraphLayer) -> bool:
    """Return whether it gives one number a unit, and not one at each of several positions."""
    return layer.sizes is not None and len(layer.sizes) == 1


def _is_poor(view: RunView, limits: Thresholds) -> bool:
    loss = recorded_training.loss(view)
    is_distance = loss is not None and loss.name in recorded_training.DISTANCES
    of_quantities = is_distance and not accuracies(view)
    return falls_short(view, limits.way_of_quantities if of_quantities else limits.way)


def _is_narrow(width: int, classes: int, limits: Thresholds) -> bool:
    if classes < _FEWEST_CLASSES:
        return width <= limits.most_units_of_one
    return width <= limits.most_units and width < classes - 1


def _too_narrow(view: RunView, layer: GraphLayer, output: GraphLayer, classes: int) -> Finding:
    units = f"{layer.width} unit{'s' * (layer.width != 1)}"
    of = f"{classes} classes" if classes >= _FEWEST_CLASSES else "the answer"
    wanted = _enough(classes)
    return _finding(
        view,
        layer,
        f"Hidden layer {layer.name} has {units}, through which all has to pass that layer "
        f"{output.name} knows of {of}",
        f"Give layer {layer.name} more units, {wanted} to begin with.",
        ("units", wanted, layer.width),
    )


def _without_hidden(view: RunView, output: GraphLayer) -> Finding:
    wanted = _enough(1)
    return _finding(
        view,
        output,
        f"There is no hidden layer (0 units) before layer {output.name}, which can only separate "
        "the examples by a plane",
        f"Add a hidden layer of {wanted} units with a ReLU before layer {output.name}.",
        ("hidden_units", wanted, 0),
    )


def _enough(classes: int) -> int:
    return max(_LEAST_WIDTH, 1 << (2 * classes - 1).bit_length())


def _finding(
    view: RunView, layer: GraphLayer, what: str, advice: str, change: tuple[str, int, int | None]
) -> Finding:
    parameter, wanted, old = change
    evidence: dict[str, object] = {
        "units": old,
        "share_of_the_way_to_no_error": way_gone(view),
    }
    loss = training_loss(view)
    if loss is not None:
        values = loss.series.values
        what += f"; the training loss has settled at {number(end_level(values))}"
        evidence |= series(loss.name, loss.series.steps, values)
    return Finding(
        layer=layer.name,
        severity="warning",
        title=what,
        evidence=evidence,
        advice=advice,
        remedy=remedy(parameter, wanted, old=old, layer=layer.name),
    )


RULE = Rule(
    name="too_narrow",
    title="Too narrow",
    needs=("the topology and loss, recorded or told by a Keras model", "updates of layers"),
    severity="warning",
    fault_type=FaultType.LAYERS,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "Hidden layer hidden has 4 units, through which all has to pass that layer out knows of 10 "
        "classes; the training loss has settled at 1.4"
    ),
    check=check,
)
