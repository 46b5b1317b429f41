"""The check stages: what the evaluations of a run say together, step by step."""

import pyarrow as pa

from insight_lib.evaluation.by_step.group_stage import GROUPS
from insight_lib.evaluation.by_step.sample_counts import sample_counts
from insight_lib.evaluation.by_step.step_stage import refresh_steps
from insight_lib.evaluation.by_step.step_task import StepStage
from insight_lib.evaluation.by_step.unnamed_examples import numbered_throughout
from insight_lib.evaluation.by_step.volatility import volatility_table
from insight_lib.evaluation.evaluations.commit import EVALUATED
from insight_lib.evaluation.grouping import KEY
from insight_lib.evaluation.new_predictions import PREDICTIONS
from insight_lib.evaluation.reading import Selection
from insight_lib.lake.run_stage import Input, RunStage, Tables, run_stage
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers


def count_samples(tables: Tables, counted: Selection) -> pa.Table:
    """Count the examples of some whole steps."""
    rows = tables["predictions"]
    numbered = numbered_throughout(rows, tables["prediction_files"], counted)
    return sample_counts(rows, tables["score_histograms"], numbered)


def compute_volatility(tables: Tables) -> Tables:
    """See how steadily the metrics of some whole runs go."""
    metrics = tables["evaluations"].join(tables["group_aucs"], list(KEY))
    return {"volatility": volatility_table(metrics)}


SAMPLES = StepStage(
    "samples",
    rows=Input("predictions", ("run_id", "step", "split", "example_id", "file_id")),
    others=(
        Input("score_histograms", (*KEY, "positives", "negatives")),
        Input("prediction_files", ("run_id", "file_id", "rows")),
    ),
    output="sample_counts",
    compute=count_samples,
)

VOLATILITY = RunStage(
    "volatility",
    inputs=(
        Input("evaluations", (*KEY, "auc", "auc_stderr", "average_precision")),
        Input("group_aucs", (*KEY, "gauc")),
    ),
    outputs=("volatility",),
    compute=compute_volatility,
    after=(EVALUATED, GROUPS.progress),
    ledgers=PREDICTIONS,
)


def check_evaluations(lake: Lake, workers: Workers) -> list[str]:
    """Bring both checks up to date, and return the runs to which predictions came."""
    counted = refresh_steps(lake, workers, SAMPLES)
    return sorted({*counted, *run_stage(lake, workers, VOLATILITY)})
