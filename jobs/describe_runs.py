"""Describe each run that got new files: ledgers and recorded configuration to runs."""

import sys

from insight_lib.cli.job import update_job
from insight_lib.events.runs.refresh_runs import refresh_runs

if __name__ == "__main__":
    sys.exit(update_job(__doc__, "runs", refresh_runs, sys.argv[1:]))
