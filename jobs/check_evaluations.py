"""Check evaluations: predictions, evaluations, group_aucs to sample_counts, volatility."""

import sys

from insight_lib.cli.job import update_job
from insight_lib.evaluation.by_step.checks import check_evaluations

if __name__ == "__main__":
    sys.exit(update_job(__doc__, "check", check_evaluations, sys.argv[1:]))
