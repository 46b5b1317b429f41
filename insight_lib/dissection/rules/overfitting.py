"""The training examples are learnt by heart: the validation loss rises, or stays at chance.

**Looks for** either

* a validation loss that ends (median of its last fifth, at least three points) 30 % above its best
  value, or 10 % where the training loss is less than a quarter of it, and well above its noise,
  with at least five points since that best one, while the training loss fell further in that time
  and ends at least 10 % below; or
* a validation loss that is, after five points or more, still what guessing by the recorded class
  frequencies gives, while the training loss is at least 5 % below that.

**Why it matters** From the best step on, the model learns its training examples by heart: the
weights at the end are worse on new data than those of the best step. Where the validation loss
never left chance, nothing was learnt that holds for new data.

**What to do** Keep the weights of the best step (``EarlyStopping(restore_best_weights=True)``),
then add dropout or weight decay, use a smaller model, or more or augmented data. With a validation
loss that stays at chance or rises from the very start, first check that labels belong to their
inputs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.chance import guessing_loss
from insight_lib.dissection.finding import RUN_LAYER, Finding, held, number, percent, series
from insight_lib.dissection.losses import fall_of_training, noise, training_loss, validation_loss
from insight_lib.dissection.rules.rule import Rule
from insight_lib.dissection.view import FloatArray, RunView, Series


@dataclass(frozen=True)
class Thresholds:
    """Ratios of losses, widths in standard errors, counts of points."""

    # SageMaker Debugger: (validation - training) / training above 10 %. A gap alone is normal, so a
    # rise over the run's own best is asked for too.
    gap: float = 0.1
    rise: float = 0.3
    # Where the examples are known by heart a smaller rise will do: in runs of the zoo made to
    # overfit it is 13 % and more. In healthy ones the training loss ends above 0.59 of the
    # validation loss.
    rise_by_heart: float = 0.1
    by_heart: float = 0.25
    # TheDeepChecker too judges over five checks; fewer say little.
    min_points: int = 5
    # Of 3,000 flat series of noise (8 to 60 points, spread 2 to 25 %) 1.5 % would pass; runs made
    # to overfit reach 13 and more.
    noise_width: float = 8.0
    # A training loss below this share of guessing has learnt something, if only by heart.
    training_chance: float = 0.95
    # Closer to guessing than this, the validation loss has learnt nothing that could be told apart.
    validation_chance: float = 0.98


# Of the last fifth of a series that makes its end: fewer points have no median.
_END_POINTS = 3


@dataclass(frozen=True)
class _Curves:
    """Finite training values (t,), the finite validation series and the place of its best."""

    names: tuple[str, str]
    training: FloatArray
    validation: Series
    best: int

    @property
    def ends(self) -> tuple[float, float]:
        return _end(self.training), _end(self.validation.values)


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's validation loss."""
    curves = _curves(view, limits)
    if curves is None:
        return
    guessing = guessing_loss(view)
    if _overfits(curves, limits):
        yield _finding(view, curves, _risen(curves))
    elif guessing is not None and _validation_alone_is_at_chance(curves, guessing, limits):
        end = number(curves.ends[1])
        what = f"stays at chance ({end}, and guessing gives {number(guessing)})"
        yield _finding(view, curves, what)


def _finding(view: RunView, curves: _Curves, what: str) -> Finding:
    training_end, validation_end = curves.ends
    steps, best = curves.validation.steps, curves.best
    stays = what.startswith("stays")
    return Finding(
        view.run_id,
        RULE.name,
        RUN_LAYER,
        "warning",
        f"The validation loss {curves.names[1]} {what}, while the training loss goes on falling, "
        f"to {number(training_end)}",
        int(steps[0] if stays else steps[best]),
        int(steps[-1]),
        {
            "validation_series": curves.names[1],
            "training_series": curves.names[0],
            "best_validation_loss": float(curves.validation.values[best]),
            "best_step": int(steps[best]),
            "validation_loss_at_end": validation_end,
            "training_loss_at_end": training_end,
            "points_since_best": int(steps.size - 1 - best),
            "points": int(steps.size),
            "loss_of_guessing": guessing_loss(view),
            **series(curves.names[1], steps, curves.validation.values),
        },
        _advice(int(steps[best]), never_fell=best == 0 or stays),
        _confidence(curves, stays=stays),
    )


def _overfits(curves: _Curves, limits: Thresholds) -> bool:
    return _has_gap(curves, limits) and _has_risen(curves, limits) and _fell_since_best(curves)


def _confidence(curves: _Curves, *, stays: bool) -> float:
    """Of the points since the best one, which are above it; of all where none was better."""
    values = curves.validation.values
    since = values if stays else values[curves.best + 1 :]
    return held(int((since >= values[curves.best]).sum()), since.size)


def _risen(curves: _Curves) -> str:
    lowest, end = float(curves.validation.values[curves.best]), curves.ends[1]
    above = percent(end / lowest - 1) if lowest > 0 else number(end - lowest)
    step = int(curves.validation.steps[curves.best])
    return f"was best at step {step} ({number(lowest)}) and ends {above} above that ({number(end)})"


def _curves(view: RunView, limits: Thresholds) -> _Curves | None:
    """The two losses, where both are long enough and the training loss fell at all."""
    training, validation = training_loss(view), validation_loss(view)
    fall = fall_of_training(view)
    if training is None or validation is None or fall is None or fall <= 0:
        return None
    names = (training.name, validation.name)
    trained, validated = _finite(training.series), _finite(validation.series)
    if min(trained.steps.size, validated.steps.size) < limits.min_points:
        return None
    return _Curves(names, trained.values, validated, int(np.argmin(validated.values)))


def _finite(series: Series) -> Series:
    known = np.isfinite(series.values)
    return Series(series.steps[known], series.values[known])


def _end(values: FloatArray) -> float:
    return float(np.median(values[-_end_points(values) :]))


def _end_points(values: FloatArray) -> int:
    return max(_END_POINTS, values.size // 5)


def _has_gap(curves: _Curves, limits: Thresholds) -> bool:
    training, validation = curves.ends
    return validation - training > limits.gap * abs(training)


def _has_risen(curves: _Curves, limits: Thresholds) -> bool:
    values, lowest = curves.validation.values, curves.validation.values[curves.best]
    training, validation = curves.ends
    by_heart = training < limits.by_heart * validation
    rise = limits.rise_by_heart if by_heart else limits.rise
    lasting = values[-_END_POINTS:].min() > lowest + rise / 2 * abs(lowest)
    enough = validation - lowest > rise * abs(lowest) and lasting
    since = values.size - 1 - curves.best
    return bool(since >= limits.min_points and enough and _is_beyond_noise(values, limits))


def _is_beyond_noise(values: FloatArray, limits: Thresholds) -> bool:
    """Whether the end is surely above the best level, a median of three neighbours.

    The least of many noisy points lies below their level by itself, which is why a single lowest
    point proves nothing.
    """
    levels = [np.median(values[max(0, place - 1) : place + 2]) for place in range(values.size)]
    error = noise(values) / np.sqrt(_end_points(values))
    return bool(_end(values) - min(levels) > limits.noise_width * error)


def _fell_since_best(curves: _Curves) -> bool:
    """Whether the training loss ended below its value at the best validation step.

    Both series are read at the same place of their run, because their steps need not count the same
    thing (epochs and batches).
    """
    place = round(curves.best / (curves.validation.steps.size - 1) * (curves.training.size - 1))
    near = curves.training[max(0, place - 1) : place + 2]
    return bool(curves.ends[0] < np.median(near))


def _validation_alone_is_at_chance(curves: _Curves, guessing: float, limits: Thresholds) -> bool:
    training, validation = curves.ends
    learnt = training < limits.training_chance * guessing
    return learnt and validation >= limits.validation_chance * guessing


def _advice(step: int, *, never_fell: bool) -> str:
    labels = "Check that labels belong to their inputs (shuffling, joins). " * never_fell
    return (
        f"{labels}Keep the weights of step {step} (EarlyStopping with restore_best_weights=True); "
        "add dropout or weight decay, use a smaller model or more data."
    )


RULE = Rule(
    name="overfitting",
    title="Overfitting",
    needs=("a training and a validation loss",),
    severity="warning",
    documentation=__doc__,
    thresholds=Thresholds(),
    check=check,
)
