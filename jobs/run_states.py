"""Say whether runs that did not say that they ended go on: runs and run_features to runs."""

import sys

from insight_lib.cli.job import run_job

if __name__ == "__main__":
    sys.exit(run_job("run_states", sys.argv[1:]))
