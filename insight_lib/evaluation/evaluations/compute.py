"""Metrics, curves and states of rows of table ``predictions``."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from insight_lib.columnar.arrays import Booleans
from insight_lib.evaluation.evaluations.tables import EvaluationTables, evaluation_tables
from insight_lib.evaluation.grouping import GroupKey, group_rows, last_steps
from insight_lib.evaluation.metrics.arrays import ScoredRows, concatenate, scored_rows
from insight_lib.evaluation.metrics.evaluate import Evaluation, evaluate_state
from insight_lib.evaluation.metrics.evaluation_state import EvaluationState
from insight_lib.evaluation.metrics.refinement import splitter
from insight_lib.evaluation.metrics.score_intervals import Cells
from insight_lib.evaluation.metrics.score_kind import ScoreKind, is_outside, kind_of

RowsOf = Callable[[GroupKey], ScoredRows]


def _no_rows(key: GroupKey) -> ScoredRows:
    raise KeyError(key)


@dataclass(frozen=True)
class Kept:
    """What is known of runs from before the rows at hand.

    Attributes:
        states: Of the keys to which the rows at hand add.
        last_steps: The last evaluated step of a run and split.
        rows_of: Reads all rows of a key of ``states``, those at hand among them.
        left_out: Keys that are not to be evaluated here.
        kinds: Of the scores of each run; empty where the rows at hand are all that there are.
    """

    states: dict[GroupKey, EvaluationState] = field(default_factory=dict)
    last_steps: dict[tuple[str, str], int] = field(default_factory=dict)
    rows_of: RowsOf = _no_rows
    left_out: frozenset[GroupKey] = frozenset()
    kinds: Mapping[str, ScoreKind] = field(default_factory=dict)


NOTHING = Kept()


def evaluate_run(predictions: pa.Table, kept: Kept = NOTHING) -> EvaluationTables:
    """Evaluate the predictions of one or several runs, added to what is kept of them.

    Every row counts, also where an example_id occurs more than once in a run, step and split.

    Args:
        predictions: Rows of table ``predictions``: scores finite, labels 0 or 1, weights finite
            and not negative, as ``read_predictions`` gives them.
        kept: Of the same runs.

    Raises:
        InputError: A score, label or weight is not so.
    """
    return evaluate_parts(parts_by_key([predictions]), kept)


def evaluate_parts(
    parts: Mapping[GroupKey, Sequence[ScoredRows]], kept: Kept = NOTHING
) -> EvaluationTables:
    """Evaluate the rows of each run, step, split and slice; else as `evaluate_run`."""
    kinds = kept.kinds or _kinds(parts)
    found = {
        key: _evaluate(key, concatenate(rows), kept, kinds[key.run_id])
        for key, rows in parts.items()
        if key not in kept.left_out
    }
    last = last_steps(found)
    for place, step in kept.last_steps.items():
        last[place] = max(step, last.get(place, step))
    drawn = {key for key in found if key.step == last[key.run_id, key.split]}
    return evaluation_tables(found, drawn)


def _kinds(parts: Mapping[GroupKey, Sequence[ScoredRows]]) -> dict[str, ScoreKind]:
    """Return what the rows of each run say of its scores, where nothing else is known of them."""
    outside: dict[str, bool] = {}
    for key, rows in parts.items():
        found = any(bool(is_outside(part.scores).any()) for part in rows)
        outside[key.run_id] = found or outside.get(key.run_id, False)
    return {run_id: kind_of(stated=None, outside=found) for run_id, found in outside.items()}


def scored(predictions: pa.Table) -> ScoredRows:
    """Return rows of table ``predictions`` as checked arrays.

    Raises:
        InputError: A score, label or weight is none.
    """
    columns = (predictions[name].to_numpy() for name in ("score", "label", "weight"))
    return scored_rows(*columns)


def rows_by_key(predictions: pa.Table) -> dict[GroupKey, ScoredRows]:
    """Return the scored rows of each run, step, split and slice."""
    rows = scored(predictions)
    return {group.key: rows.take(group.rows) for group in group_rows(predictions)}


def parts_by_key(parts: Iterable[pa.Table]) -> dict[GroupKey, list[ScoredRows]]:
    """Return the scored rows of each run, step, split and slice, of tables read one by one.

    A key's rows stay in the parts in which they came: memory of the size of a part is used again
    for the next, where that of all rows would have to be cleared first.
    """
    found: dict[GroupKey, list[ScoredRows]] = defaultdict(list)
    for part in parts:
        for key, rows in rows_by_key(part).items():
            found[key].append(rows)
    return found


def _evaluate(key: GroupKey, rows: ScoredRows, kept: Kept, kind: ScoreKind) -> Evaluation:
    state = EvaluationState.from_rows(rows, kind)
    before = kept.states.get(key)
    if before is None:
        return evaluate_state(state, splitter(rows), kind)
    return evaluate_kept(key, before.merge(state), kept.rows_of, kind)


def evaluate_kept(
    key: GroupKey, state: EvaluationState, rows_of: RowsOf, kind: ScoreKind
) -> Evaluation:
    """Evaluate a state whose rows are read only if it is not fine enough by itself.

    Should the rows not be those that were summed, its bounds stay as wide as they are, and true.
    """

    def split(cells: Cells, chosen: Booleans) -> Cells:
        rows = rows_of(key)
        return splitter(rows)(cells, chosen) if len(rows.scores) == state.rows else cells

    return evaluate_state(state, split, kind)
