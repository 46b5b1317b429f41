"""Evaluate new predictions: predictions to evaluations, curves and the states they follow from."""

import sys

from insight_lib.cli.job import run_job

if __name__ == "__main__":
    sys.exit(run_job("evaluate", sys.argv[1:]))
