"""Most rows of an embedding were never touched.

**Looks for** an embedding that learns and {untouched_share:%} or more of whose rows are, at the end
of the run, bit for bit what they were at its start, and whose number of such rows no longer falls:
the last quarter of the run ({min_steps} traced steps at least) reached less than {still_falling:%}
of the table.

**Why it matters** A row that is never looked up stays random. If its id comes in production, the
model answers with noise; if it never comes, the table is memory for nothing. Often an offset or a
hash maps all ids into a few rows.

**What to do** Compare the largest id with ``input_dim``; look at how ids are numbered or hashed;
map ids that the training data lacks to one row for the unknown.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.findings.finding import Finding, percent, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Shares of the rows and of the traced steps."""

    untouched_share: float = threshold(
        0.75,
        source=(
            "A vocabulary of which half is rare words is usual; three quarters is a mistake or a "
            "waste."
        ),
    )
    still_falling: float = threshold(
        0.01, source="While the share still falls, the run has not seen its data once."
    )
    min_steps: int = threshold(4, least=1, source="Of each quarter one.")


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield a finding for each embedding with too many untouched rows."""
    for tensor in view.of_kind("weight"):
        shares = tensor["untouched_fraction"]
        known = np.flatnonzero(np.isfinite(shares))
        if known.size < limits.min_steps or tensor.trainable is False:
            continue
        # A table that does not move at all is a blind spot.
        if limits.untouched_share <= shares[known[-1]] < 1 and _has_settled(shares[known], limits):
            yield _finding(tensor, limits)


def _has_settled(shares: Floats, limits: Thresholds) -> bool:
    before_last_quarter = shares[(3 * shares.size) // 4 - 1]
    return bool(before_last_quarter - shares[-1] < limits.still_falling)


def _finding(tensor: TensorSeries, limits: Thresholds) -> Finding:
    shares, layer = tensor["untouched_fraction"], tensor.layer
    known = np.isfinite(shares)
    over = tensor.steps[shares >= limits.untouched_share]
    rows = tensor.shape[0] if tensor.shape else None
    all_rows = f"the {rows} rows" if rows else "the rows"
    return Finding(
        layer=layer,
        severity="warning",
        title=(
            f"{percent(shares[known][-1])} of {all_rows} of embedding {layer} were never touched "
            f"up to step {int(tensor.steps[-1])}"
        ),
        first_step=int(over[0]),
        last_step=int(over[-1]),
        evidence={
            "untouched_share": float(shares[known][-1]),
            "rows": rows,
            "traced_steps": int(known.sum()),
            **series("untouched_fraction", tensor.steps, shares),
        },
        advice=(
            f"Compare the ids in the data with input_dim of {layer}: look for an offset or a hash "
            "that maps them to few rows, make the table smaller, and map unknown ids to a separate "
            "row."
        ),
        depth=tensor.depth,
        confidence=share_confidence(over.size, int(known.sum())),
    )


RULE = Rule(
    name="untouched_embedding_rows",
    title="Embedding rows never touched",
    needs=("weights of embeddings with their untouched rows",),
    severity="warning",
    fault_type=FaultType.LAYERS,
    documentation=__doc__,
    thresholds=Thresholds(),
    example="90 % of the 5000 rows of embedding items were never touched up to step 7",
    check=check,
    of_layers=True,
)
