"""Check evaluations: predictions, evaluations, group_aucs to sample_counts, volatility."""

import sys

from insight_lib.cli.job import run_job

if __name__ == "__main__":
    sys.exit(run_job("check_evaluations", sys.argv[1:]))
