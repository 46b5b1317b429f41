"""The examples come in the order of their labels: each batch holds nearly one kind.

**Looks for** one of these, in the labels of at least {min_batches} traced batches:

* classes of which a batch holds mostly one, and the batch after it the same: the correlation of
  labels of one batch (intraclass, 1 where each batch is of one class, 0 of independent draws) is
  {correlation} or more, and the shares of batches vary more than independent draws of as many
  examples make them, by {excess} standard deviations (chi-squared, by Wilson and Hilferty);
* in batches of fewer than {small_batch} examples, so many examples of one class in a row that a
  random order of the same examples has it with a chance below {chance} (hypergeometric);
* quantities before one or several units of which nearly every batch begins where the one before it
  ended, up or down through the epoch, with the same correlation and excess.

**Why it matters** Each step then pulls the model towards the labels of its own batch, and the next
one pulls it away again: what was learnt of the first classes is forgotten by the end of the epoch,
and the training loss, taken while the model follows the order, looks better than the model is.
Where validation keeps {kept:%} or more of what training gained over guessing it is a note, as it is
for sequences without text, of which neighbours may belong together; quantities of sequences are
left out.

**What to do** Shuffle the examples before every epoch: ``fit(shuffle=True)``, which is the default
for arrays; ``dataset.shuffle(number of examples)`` before ``batch``, since a small buffer only
shuffles neighbours; a new permutation an epoch in a custom loop.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import Finding, number, percent, series
from insight_lib.dissection.findings.remedy import remedy
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.kept_gain import kept_gain
from insight_lib.dissection.run.curves.losses import follows_moving_target
from insight_lib.dissection.run.data.batch_order import (
    BatchOrder,
    SameInTurn,
    order_of_classes,
    order_of_quantities,
    same_in_turn,
)
from insight_lib.dissection.run.data.kinds_of_labels import holds_classes
from insight_lib.dissection.run.network import reads_sequences
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """A correlation, standard deviations, a chance, counts."""

    correlation: float = threshold(
        0.5,
        source="Batches of whole classes reach 1; a batch of 32 of four classes in a hundred 0.2.",
    )
    excess: float = threshold(
        5.0, source="Of independent draws one run in three million varies as much."
    )
    chance: float = threshold(1e-4, source="One run in ten thousand that is shuffled.")
    small_batch: int = threshold(
        4, least=2, source="Of three examples of two classes a quarter of all batches are of one."
    )
    min_batches: int = threshold(
        10, least=2, source="As many as are always traced one after the other."
    )
    kept: float = threshold(
        0.5, source="As much of its room as counts as learnt everywhere in this catalogue."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's labels."""
    if follows_moving_target(view):
        return
    found = _found(view, limits)
    if found is None:
        return
    kept = kept_gain(view)
    is_harmless = (kept is not None and kept >= limits.kept) or reads_sequences(view)
    severity: Severity = "info" if is_harmless else "warning"
    yield _in_turn(found, severity) if isinstance(found, SameInTurn) else _order(found, severity)


def _found(view: RunView, limits: Thresholds) -> BatchOrder | SameInTurn | None:
    if not holds_classes(view):
        ordered = None if reads_sequences(view) else order_of_quantities(view)
        return ordered if ordered is not None and _is_sorted(ordered, limits) else None
    ordered = order_of_classes(view)
    if ordered is not None and ordered.rows >= limits.small_batch:
        return ordered if _is_sorted(ordered, limits) else None
    same = same_in_turn(view)
    if same is None or same.steps.size < limits.min_batches or same.chance >= limits.chance:
        return None
    return same if same.examples < limits.small_batch * same.steps.size else None


def _is_sorted(ordered: BatchOrder, limits: Thresholds) -> bool:
    if ordered.batches < limits.min_batches:
        return False
    return ordered.correlation >= limits.correlation and ordered.excess >= limits.excess


def _order(ordered: BatchOrder, severity: Severity) -> Finding:
    what = "are mostly of one class" if ordered.is_of_classes else "follow each other in order"
    name = "share of the most frequent class" if ordered.is_of_classes else "mean label"
    return Finding(
        severity=severity,
        title=(
            f"The labels of a batch {what}: the labels of one batch correlate by "
            f"{number(ordered.correlation)} over {ordered.batches} batches of "
            f"{number(ordered.rows)} examples, where shuffled examples give 0"
        ),
        evidence={
            "correlation": ordered.correlation,
            "standard_deviations_above_chance": ordered.excess,
            "batches": ordered.batches,
            **series(name, ordered.steps, ordered.means),
        },
        advice=_ADVICE,
        remedy=remedy("shuffle", True, old=False),
    )


def _in_turn(same: SameInTurn, severity: Severity) -> Finding:
    return Finding(
        severity=severity,
        title=(
            f"{same.examples} examples in a row are of class {same.label}, from step "
            f"{int(same.steps[0])} on, of which {percent(same.share)} of all traced examples are"
        ),
        evidence={
            "examples_in_a_row": same.examples,
            "class": same.label,
            "share_of_all": same.share,
            "chance": same.chance,
        },
        advice=_ADVICE,
        remedy=remedy("shuffle", True, old=False),
    )


_ADVICE = (
    "Shuffle the examples before every epoch: fit(shuffle=True), dataset.shuffle(number of "
    "examples) before batch, or a new permutation in your own loop; sorted batches pull the model "
    "to and fro."
)


RULE = Rule(
    name="unshuffled_data",
    title="Data in the order of its labels",
    needs=("labels of traced batches in turn",),
    severity="warning",
    fault_type=FaultType.PREPROCESSING,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The labels of a batch are mostly of one class: the labels of one batch correlate by 1 "
        "over 12 batches of 32 examples, where shuffled examples give 0"
    ),
    check=check,
)
