"""The list of stages, in the order in which a night runs them.

The nightly, the jobs, the tasks of a scheduler and the documentation read this list. Each table of
``schemas/`` has one stage that writes it, except those that people write.
"""

from collections.abc import Callable
from functools import partial

from insight_lib.alerts import outbox
from insight_lib.alerts import stage as alerts_stage
from insight_lib.dissection.layers.stage import LAYER_STATISTICS
from insight_lib.dissection.stage import DISSECT, refresh_findings
from insight_lib.errors import InputError
from insight_lib.evaluation.by_step.checks import SAMPLES, VOLATILITY, check_evaluations
from insight_lib.evaluation.by_step.group_stage import GROUPS
from insight_lib.evaluation.by_step.step_stage import refresh_steps
from insight_lib.evaluation.comparing import drift_stage
from insight_lib.evaluation.evaluations import commit
from insight_lib.evaluation.evaluations.stage import evaluate_new_predictions
from insight_lib.events.ingest import stage as events_stage
from insight_lib.events.ingest.summary import remarks
from insight_lib.events.runs.refresh_runs import refresh_runs
from insight_lib.events.runs.stage import RUNS
from insight_lib.lake.contract import table_names
from insight_lib.lake.run_stage import run_stage
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers
from insight_lib.pipeline.stage import Context, Outcome, PipelineStage
from insight_lib.predictions.ingest import stage as predictions_stage
from insight_lib.predictions.ingest.summary import row_place
from insight_lib.risk.registry import store
from insight_lib.risk.stages import backtest, models, run_states, scoring
from insight_lib.risk.stages import features as features_stage
from insight_lib.risk.stages.risk import refresh_risk
from insight_lib.series import stage as series_stage

WRITTEN_BY_PEOPLE = {
    "mutes": "insight mute",
    "notes": "insight note",
    "run_labels": "insight label",
}
"""Tables that no stage writes, and the command that does."""


def _ingest_summaries(context: Context) -> Outcome:
    done = events_stage.ingest_events(context.lake, context.workers, context.inputs.roots)
    return Outcome(done.text, tuple(remarks(context.lake, done)))


def _ingest_predictions(context: Context) -> Outcome:
    inputs = context.inputs
    done = predictions_stage.ingest_predictions(
        context.lake, context.workers, inputs.roots, inputs.patterns, inputs.columns
    )
    bad_input = remarks(context.lake, done, row_place)
    return Outcome(done.text, (*bad_input, *done.passed_over))


def _run_by_run(update: Callable[[Lake, Workers], list[str]]) -> Callable[[Context], Outcome]:
    return lambda context: _updated(update(context.lake, context.workers))


def _updated(run_ids: list[str]) -> Outcome:
    text = f"{len(run_ids):,} runs updated" if run_ids else "nothing new"
    return Outcome(text, run_ids=tuple(run_ids))


def _dissect(context: Context) -> Outcome:
    return _updated(refresh_findings(context.lake, context.workers, context.now))


def _run_states(context: Context) -> Outcome:
    return _updated(run_states.refresh_states(context.lake, context.now))


def _risk(context: Context) -> Outcome:
    done = refresh_risk(context.lake)
    return Outcome(done.text, done.remarks)


def _backtest(context: Context) -> Outcome:
    rows = backtest.refresh_backtest(context.lake)
    return Outcome("nothing new" if rows is None else f"{rows:,} rows: see `insight risk show`")


def _report(context: Context) -> Outcome:
    # Only who writes a report needs what draws its figures.
    from insight_lib.report.stage import refresh_report, report_folder  # noqa: PLC0415

    out = context.out or report_folder(context.lake)
    return Outcome(refresh_report(context.lake, out, context.now, context.spent).text)


def _alerts(context: Context) -> Outcome:
    done = alerts_stage.refresh_alerts(context.lake, context.now)
    return Outcome(done.text, done.remarks)


STAGES: tuple[PipelineStage, ...] = (
    PipelineStage(
        name="ingest_summaries",
        title="ingest events",
        task="ingest",
        purpose="Ingest new records of event files, each exactly once.",
        reads=(),
        writes=("scalars", "histograms", "artifacts", "quarantine", "event_files"),
        applications=(events_stage.APPLICATION,),
        run=_ingest_summaries,
    ),
    PipelineStage(
        name="ingest_predictions",
        title="ingest predictions",
        task="ingest",
        purpose="Ingest new rows of prediction files, each exactly once.",
        reads=("event_files",),
        writes=("predictions", "prediction_files", "refused_labels"),
        applications=(predictions_stage.APPLICATION,),
        run=_ingest_predictions,
        adds_to=("quarantine",),
    ),
    PipelineStage(
        name="describe_runs",
        title="runs",
        task="ingest",
        purpose="Describe each run: when it ran, its configuration and its layers.",
        reads=("event_files", "prediction_files", "artifacts"),
        writes=("runs",),
        applications=(RUNS.name,),
        run=_run_by_run(refresh_runs),
    ),
    PipelineStage(
        name="evaluate",
        title="evaluation",
        task="evaluation",
        purpose="Compute metrics with certified bounds, curves, and the sums behind both.",
        reads=("predictions", "prediction_files", "refused_labels"),
        writes=("score_histograms", "probability_sums", "evaluations", "curves"),
        applications=(commit.APPLICATION,),
        run=_run_by_run(evaluate_new_predictions),
    ),
    PipelineStage(
        name="group_aucs",
        title="groups",
        task="evaluation",
        purpose="Compute the AUC within groups, such as users.",
        reads=("predictions", "prediction_files", "refused_labels", "score_histograms"),
        writes=("group_aucs",),
        applications=(GROUPS.name,),
        run=_run_by_run(partial(refresh_steps, stage=GROUPS)),
    ),
    PipelineStage(
        name="check_evaluations",
        title="evaluation checks",
        task="evaluation",
        purpose="Check that every example is evaluated once, and measure how much metrics vary.",
        reads=("predictions", "prediction_files", "score_histograms", "evaluations", "group_aucs"),
        writes=("sample_counts", "volatility"),
        applications=(SAMPLES.name, VOLATILITY.name),
        run=_run_by_run(check_evaluations),
    ),
    PipelineStage(
        name="score_drift",
        title="score drift",
        task="evaluation",
        purpose="Compare score distributions between steps and between runs.",
        reads=("score_histograms", "evaluations", "runs", "refused_labels"),
        writes=(drift_stage.TABLE,),
        applications=(drift_stage.APPLICATION,),
        run=_run_by_run(drift_stage.refresh_drift),
    ),
    PipelineStage(
        name="layer_statistics",
        title="layer statistics",
        task="dissection",
        purpose="Compute the statistics of each layer at each step.",
        reads=("artifacts", "histograms", "scalars"),
        writes=("layer_stats", "rejected_summaries"),
        applications=(LAYER_STATISTICS.name,),
        run=_run_by_run(partial(run_stage, stage=LAYER_STATISTICS)),
    ),
    PipelineStage(
        name="classify_series",
        title="series",
        task="dissection",
        purpose="Decide what each scalar series is: its role, phase, unit and direction.",
        reads=("scalars", "artifacts"),
        writes=("series",),
        applications=(series_stage.APPLICATION,),
        run=_run_by_run(series_stage.refresh_series),
    ),
    PipelineStage(
        name="dissect",
        title="dissection",
        task="dissection",
        purpose="Diagnose each run: what is wrong, in which layer, since which step; its verdict.",
        reads=("scalars", "layer_stats", "runs", "sample_counts", "series"),
        writes=("findings", "verdicts"),
        applications=(DISSECT,),
        run=_dissect,
        adds_to=("runs",),
    ),
    PipelineStage(
        name="risk_features",
        title="risk features",
        task="risk",
        purpose="Compute what was known of each run at its landmarks, and what became of it.",
        reads=("scalars", "layer_stats", "runs", "series"),
        writes=features_stage.OUTPUTS,
        applications=(features_stage.APPLICATION,),
        run=_run_by_run(features_stage.refresh_features),
    ),
    PipelineStage(
        name="run_states",
        title="run states",
        task="risk",
        purpose="Say of each run that did not say that it ended whether it goes on.",
        reads=("runs", "run_features", "series"),
        writes=(),
        applications=(run_states.APPLICATION,),
        run=_run_states,
        adds_to=("runs",),
    ),
    PipelineStage(
        name="risk",
        title="risk",
        task="risk",
        purpose="Score every run by the risk model, which the lake's own runs correct.",
        reads=("run_features", "run_outcomes", "run_labels", "runs"),
        writes=("risk_models", "risk_scores"),
        applications=(models.APPLICATION, store.APPLICATION, scoring.APPLICATION),
        run=_risk,
    ),
    PipelineStage(
        name="risk_backtest",
        title="risk backtest",
        task="risk",
        purpose="Hold the scores of every night against what became of the runs.",
        reads=("risk_scores", "run_outcomes", "run_labels", "runs"),
        writes=("risk_backtest",),
        applications=(backtest.APPLICATION,),
        run=_backtest,
    ),
    PipelineStage(
        name="report",
        title="report",
        task="report",
        purpose="Write the report as a folder of HTML files.",
        reads=tuple(name for name in table_names() if name != "alerts"),
        writes=(),
        applications=(),
        run=_report,
    ),
    PipelineStage(
        name="alerts",
        title="alerts",
        task="report",
        purpose="Tell people by e-mail and webhook what the configuration's rules ask for, once.",
        reads=alerts_stage.READS,
        writes=("alerts",),
        applications=(outbox.APPLICATION,),
        run=_alerts,
    ),
)


def stage_named(name: str) -> PipelineStage:
    """Return a stage by its name.

    Raises:
        InputError: There is no such stage.
    """
    for stage in STAGES:
        if stage.name == name:
            return stage
    raise InputError(f"there is no stage {name}; name one of {', '.join(s.name for s in STAGES)}")
