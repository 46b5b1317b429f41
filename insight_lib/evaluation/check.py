"""The check stage: what the evaluations of a run say together, step beside step."""

from insight_lib.evaluation.sample_counts import sample_counts
from insight_lib.evaluation.stage import EVALUATE
from insight_lib.lake.derive import Input, Stage, Tables


def compute(tables: Tables) -> Tables:
    """Count the examples of some whole runs."""
    counts = sample_counts(
        tables["predictions"], tables["score_histograms"], tables["prediction_files"]
    )
    return {"sample_counts": counts}


CHECK = Stage(
    "check",
    inputs=(
        Input("predictions", ("run_id", "step", "split", "example_id", "file_id")),
        Input(
            "score_histograms",
            ("run_id", "step", "split", "slice", "positives", "negatives"),
        ),
        Input("prediction_files", ("run_id", "file_id", "rows")),
    ),
    outputs=("sample_counts",),
    compute=compute,
    after=(EVALUATE,),
)
