"""The evaluation stage: new predictions to states, metrics and curves, and nothing old read again.

New rows are summed alone and merged with the kept state of their run, step, split and slice, from
which the metrics follow. Old rows are read only where a merged state is not fine enough for the
bounds that are asked for, and where a file that they came from was replaced.
"""

from insight_lib.evaluation.commit import APPLICATION, Superseded, commit
from insight_lib.evaluation.evaluation_state import EvaluationState
from insight_lib.evaluation.finish import Finishing
from insight_lib.evaluation.grouping import last_steps
from insight_lib.evaluation.known import evaluated_keys, state_files
from insight_lib.evaluation.large import merge_states, sum_states
from insight_lib.evaluation.news import News, find_news
from insight_lib.evaluation.planning import Sources, plan_large, plan_runs
from insight_lib.evaluation.run_task import Target, evaluate_runs
from insight_lib.evaluation.tables import TABLES
from insight_lib.evaluation.withheld import read_withheld
from insight_lib.lake.batches import settled_batch, sweep
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers


def evaluate_news(lake: Lake, workers: Workers) -> list[str]:
    """Bring the evaluations up to date, and return the runs to which predictions came.

    Raises:
        InputError: A row breaks the contract of table ``predictions``.
        LakeError: A data file is gone.
    """
    done = [lake.committed(name, APPLICATION) for name in TABLES]
    until = settled_batch(lake)
    if until <= min(done):
        return []
    news = find_news(lake, min(done), until, torn=min(done) < max(done))
    _evaluate(lake, workers, news)
    sweep(lake, TABLES, until)
    return news.run_ids


def _evaluate(lake: Lake, workers: Workers, news: News) -> None:
    sources = Sources.of(lake, news)
    known = evaluated_keys(lake, [run for run in news.run_ids if run not in news.whole])
    states = state_files(lake, {key.run_id for key in known})
    withheld = read_withheld(lake, news.counted)
    target = Target(news.until, {name: lake.table_uri(name) for name in TABLES}, withheld)
    tasks = plan_runs(sources, known, states, target, workers.parallelism)
    shares = plan_large(sources, workers.parallelism)
    done = workers.run(evaluate_runs, tasks, f"evaluate {len(news.run_ids)} runs")
    sums = workers.run(sum_states, shares, "evaluate large runs")
    partial = merge_states([*sums, *(one.partial for one in done)])
    evaluated = frozenset(partial).union(*(one.keys for one in done))
    refused = read_withheld(lake, news.added).touched(known) - evaluated
    partial |= dict.fromkeys(refused, EvaluationState.empty())  # no new rows, but news of them
    evaluated |= refused
    files = [one.files for one in done]
    if partial:
        merged = merge_states([partial, states.read(known & partial.keys())])
        finishing = Finishing(workers, sources, target, last_steps(known | evaluated))
        files += finishing.run(merged)
    superseded = Superseded(news.whole, known, evaluated)
    by_table = {name: [one[name] for one in files if name in one] for name in TABLES}
    commit(lake, by_table, superseded, news.until)
