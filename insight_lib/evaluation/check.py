"""The check stage: what the evaluations of a run say together, step beside step."""

from insight_lib.evaluation.sample_counts import sample_counts
from insight_lib.evaluation.stage import EVALUATE
from insight_lib.evaluation.volatility import METRICS, volatility_table
from insight_lib.lake.derive import Input, Stage, Tables


def compute(tables: Tables) -> Tables:
    """Count the examples of some whole runs, and see how steadily their metrics go."""
    counts = sample_counts(
        tables["predictions"], tables["score_histograms"], tables["prediction_files"]
    )
    return {"sample_counts": counts, "volatility": volatility_table(tables["evaluations"])}


_ERRORS = tuple(name for name in METRICS.values() if name is not None)

CHECK = Stage(
    "check",
    inputs=(
        Input("predictions", ("run_id", "step", "split", "example_id", "file_id")),
        Input("score_histograms", ("run_id", "step", "split", "slice", "positives", "negatives")),
        Input("prediction_files", ("run_id", "file_id", "rows")),
        Input("evaluations", ("run_id", "step", "split", "slice", *METRICS, *_ERRORS)),
    ),
    outputs=("sample_counts", "volatility"),
    compute=compute,
    after=(EVALUATE,),
)
