"""Compare score distributions with those before them: score_histograms, runs to score_drift."""

import sys

from insight_lib.cli.job import run_job

if __name__ == "__main__":
    sys.exit(run_job("score_drift", sys.argv[1:]))
