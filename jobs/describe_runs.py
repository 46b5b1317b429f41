"""Describe each run that got new files: ledgers and recorded configuration to runs."""

import sys

from insight_lib.cli.job import run_job

if __name__ == "__main__":
    sys.exit(run_job("describe_runs", sys.argv[1:]))
