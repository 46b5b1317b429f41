"""Decide what each scalar series of runs with new events is: scalars to series."""

import sys

from insight_lib.cli.job import run_job

if __name__ == "__main__":
    sys.exit(run_job("classify_series", sys.argv[1:]))
