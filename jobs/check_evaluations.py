"""Check evaluations: predictions, evaluations, group_aucs to sample_counts, volatility."""

import sys

from insight_lib.cli.job import stage_job
from insight_lib.evaluation.check import CHECK

if __name__ == "__main__":
    sys.exit(stage_job(__doc__, CHECK, sys.argv[1:]))
