"""Describe each run that got new files: ledgers and recorded configuration to runs."""

import sys

from insight_lib.cli.job import stage_job
from insight_lib.events.runs import RUNS

if __name__ == "__main__":
    sys.exit(stage_job(__doc__, RUNS, sys.argv[1:]))
