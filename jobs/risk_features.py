"""Compute what was known of each run, and what became of it: scalars to run_features."""

import sys

from insight_lib.cli.job import run_job

if __name__ == "__main__":
    sys.exit(run_job("risk_features", sys.argv[1:]))
