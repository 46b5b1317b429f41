"""Collect what was known of each run at its cut-off: scalars, layer_stats to run_features."""

import sys

from insight_lib.cli.job import run_job

if __name__ == "__main__":
    sys.exit(run_job("risk_features", sys.argv[1:]))
