"""The evaluation stage: new predictions to states, metrics and curves, and nothing old read again.

New rows are summed alone and merged with the kept state of their run, step, split and slice, from
which the metrics follow. Old rows are read only where a merged state is not fine enough for the
bounds that are asked for, where a file that they came from was replaced, and where the run's scores
turn out to be of another kind than they were taken for.
"""

from collections.abc import Mapping
from functools import partial

from insight_lib.evaluation.evaluations.commit import APPLICATION, Superseded, commit
from insight_lib.evaluation.evaluations.large_keys import merge_states, sum_states
from insight_lib.evaluation.evaluations.merged_task import Finishing
from insight_lib.evaluation.evaluations.plan_tasks import Sources, plan_large, plan_runs
from insight_lib.evaluation.evaluations.run_kinds import kinds_before, run_kinds
from insight_lib.evaluation.evaluations.run_task import Target, evaluate_runs
from insight_lib.evaluation.evaluations.stored_states import evaluated_keys, state_files
from insight_lib.evaluation.evaluations.tables import TABLES
from insight_lib.evaluation.evaluations.withheld import read_withheld
from insight_lib.evaluation.grouping import GroupKey, last_steps
from insight_lib.evaluation.metrics.evaluation_state import EvaluationState
from insight_lib.evaluation.metrics.score_kind import ScoreKind
from insight_lib.evaluation.new_predictions import find_new_predictions
from insight_lib.lake.batch_log import settled_batch, sweep
from insight_lib.lake.tables import NO_VERSION, Lake
from insight_lib.lake.workers import Workers


def evaluate_new_predictions(lake: Lake, workers: Workers) -> list[str]:
    """Bring the evaluations up to date, and return the runs to which predictions came.

    Raises:
        InputError: A row breaks the contract of table ``predictions``.
        LakeError: A data file is gone.
    """
    done = [lake.committed(name, APPLICATION) for name in TABLES]
    until = settled_batch(lake)
    if until <= min(done):
        return []
    # Rows of an earlier version do not say what their scores were taken for.
    outdated = [name for name in TABLES if lake.is_outdated(name)]
    since = NO_VERSION if outdated else min(done)
    # Tables that disagree were left by an evaluation that was interrupted between its commits.
    torn = bool(outdated) or min(done) < max(done)
    new = find_new_predictions(lake, since, until, torn=torn)
    known = evaluated_keys(lake, [run for run in new.run_ids if run not in new.whole])
    kinds = run_kinds(workers, Sources.of(lake, new), known)
    changed = {run_id for run_id, kind in kinds_before(known).items() if kinds[run_id] is not kind}
    if changed:
        # Their kept sums are of scores of another kind, so nothing can be added to these.
        new = find_new_predictions(lake, since, until, torn=torn, again=changed)
    keys = frozenset(key for key in known if key.run_id not in changed)
    _evaluate(lake, workers, Sources.of(lake, new), keys, kinds)
    for name in outdated:
        lake.mark_current(name)
    sweep(lake, TABLES, until)
    return new.run_ids


def _evaluate(
    lake: Lake,
    workers: Workers,
    sources: Sources,
    known: frozenset[GroupKey],
    kinds: Mapping[str, ScoreKind],
) -> None:
    new = sources.new_predictions
    states = state_files(lake, {key.run_id for key in known})
    withheld = read_withheld(lake, new.counted)
    target = Target(new.until, {name: lake.table_uri(name) for name in TABLES}, withheld)
    # A run that fits a worker is finished there; the rows of larger ones are summed in shares.
    tasks = plan_runs(sources, known, states, target, kinds, workers.parallelism)
    shares = plan_large(sources, workers.parallelism)
    done = workers.run(evaluate_runs, tasks, f"evaluate {len(new.run_ids)} runs")
    sums = workers.run(partial(sum_states, kinds=kinds), shares, "evaluate large runs")
    summed = merge_states([*sums, *(one.partial for one in done)])
    evaluated = frozenset(summed).union(*(one.keys for one in done))
    # A file that is refused withholds metrics that were given before, though it brings no rows.
    refused = read_withheld(lake, new.added).touched(known) - evaluated
    summed |= dict.fromkeys(refused, EvaluationState.empty())
    evaluated |= refused
    files = [one.files for one in done]
    if summed:
        # Kept states are read for the touched keys alone: a night costs what it brought.
        merged = merge_states([summed, states.read(known & summed.keys())])
        finishing = Finishing(workers, sources, target, last_steps(known | evaluated), kinds)
        files += finishing.run(merged)
    superseded = Superseded(new.whole, known, evaluated)
    by_table = {name: [one[name] for one in files if name in one] for name in TABLES}
    commit(lake, by_table, superseded, new.until)
