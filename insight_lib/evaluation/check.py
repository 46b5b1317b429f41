"""The check stage: what the evaluations of a run say together, step beside step."""

from insight_lib.evaluation.commit import EVALUATED
from insight_lib.evaluation.group_stage import GROUPS, PREDICTIONS
from insight_lib.evaluation.sample_counts import sample_counts
from insight_lib.evaluation.volatility import volatility_table
from insight_lib.lake.derive import Input, Stage, Tables

KEY = ("run_id", "step", "split", "slice")


def compute(tables: Tables) -> Tables:
    """Count the examples of some whole runs, and see how steadily their metrics go."""
    counts = sample_counts(
        tables["predictions"], tables["score_histograms"], tables["prediction_files"]
    )
    metrics = tables["evaluations"].join(tables["group_aucs"], list(KEY))
    return {"sample_counts": counts, "volatility": volatility_table(metrics)}


CHECK = Stage(
    "check",
    inputs=(
        Input("predictions", ("run_id", "step", "split", "example_id", "file_id")),
        Input("score_histograms", (*KEY, "positives", "negatives")),
        Input("prediction_files", ("run_id", "file_id", "rows")),
        Input("evaluations", (*KEY, "auc", "auc_stderr", "average_precision")),
        Input("group_aucs", (*KEY, "gauc")),
    ),
    outputs=("sample_counts", "volatility"),
    compute=compute,
    after=(EVALUATED, GROUPS.progress),
    ledgers=PREDICTIONS,
)
