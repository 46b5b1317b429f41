"""Bring new prediction files of runs and of patterns into predictions, quarantine."""

import sys

from insight_lib.cli.job import run_job

if __name__ == "__main__":
    sys.exit(run_job("ingest_predictions", sys.argv[1:]))
