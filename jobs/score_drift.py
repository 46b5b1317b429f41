"""Compare score distributions with those before them: score_histograms, runs to score_drift."""

import sys

from insight_lib.cli.job import lake_job
from insight_lib.evaluation.comparing.drift_stage import refresh_drift
from insight_lib.lake.session import SparkWorkers
from insight_lib.lake.tables import Lake


def compare(lake: Lake) -> str:
    """Compare what is new and say how many runs that concerned."""
    return f"drift: {len(refresh_drift(lake, SparkWorkers()))} runs"


if __name__ == "__main__":
    sys.exit(lake_job(__doc__, compare, sys.argv[1:]))
