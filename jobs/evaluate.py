"""Evaluate new predictions: predictions to evaluations, curves, score_histograms."""

import sys

from insight_lib.cli.job import stage_job
from insight_lib.evaluation.stage import EVALUATE

if __name__ == "__main__":
    sys.exit(stage_job(__doc__, EVALUATE, sys.argv[1:]))
