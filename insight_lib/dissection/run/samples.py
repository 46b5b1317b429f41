"""What a run was evaluated on: table ``sample_counts`` as the rules see it."""

from dataclasses import dataclass

import pyarrow as pa

from insight_lib.columnar.arrays import Integers
from insight_lib.columnar.grouping import group_spans, keys_of

COUNTS = ("rows", "counted", "named", "repeated")


@dataclass(frozen=True)
class Samples:
    """How many examples each step of a split was evaluated on; see table ``sample_counts``.

    Attributes:
        steps: (n,) int64, rising.
        rows: (n,) rows that were scored.
        counted: (n,) those that the score histograms count.
        named: (n,) those whose example_id is a name.
        repeated: (n,) named rows beyond the first of each example_id.
        examples: n times the example_id repeated most often, or None.
    """

    steps: Integers
    rows: Integers
    counted: Integers
    named: Integers
    repeated: Integers
    examples: tuple[str | None, ...]


def run_samples(table: pa.Table) -> dict[str, dict[str, Samples]]:
    """Return of each run, split by split, what its steps were evaluated on.

    Args:
        table: rows of ``sample_counts``, in any order.
    """
    names = ("run_id", "split")
    order, spans = group_spans(table, names, "step")
    steps = table["step"].to_numpy()[order]
    counts = {name: table[name].to_numpy()[order] for name in COUNTS}
    examples = table["repeated_example"].take(pa.array(order)).to_pylist()
    runs: dict[str, dict[str, Samples]] = {}
    for (run_id, split), span in zip(keys_of(table, names, order, spans), spans, strict=True):
        cut = {name: values[span] for name, values in counts.items()}
        found = Samples(steps[span], examples=tuple(examples[span]), **cut)
        runs.setdefault(run_id, {})[split] = found
    return runs
