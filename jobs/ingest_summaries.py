"""Bring new event files below the log roots into scalars, histograms, artifacts, quarantine."""

import sys

from insight_lib.cli.job import run_job

if __name__ == "__main__":
    sys.exit(run_job("ingest_summaries", sys.argv[1:]))
