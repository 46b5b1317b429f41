"""The evaluation stage: new predictions to metrics, curves and score histograms, run by run."""

from insight_lib.evaluation.compute import evaluate_run
from insight_lib.lake.derive import Input, Stage, Tables


def compute(tables: Tables) -> Tables:
    """Evaluate the predictions of some whole runs."""
    found = evaluate_run(tables["predictions"])
    return {
        "evaluations": found.evaluations,
        "curves": found.curves,
        "score_histograms": found.score_histograms,
    }


EVALUATE = Stage(
    "evaluate",
    inputs=(Input("predictions"),),
    outputs=("evaluations", "curves", "score_histograms"),
    compute=compute,
)
