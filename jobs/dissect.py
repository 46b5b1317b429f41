"""Name what is wrong with runs that have new data: scalars, layer_stats to findings."""

import sys

from insight_lib.cli.job import run_job

if __name__ == "__main__":
    sys.exit(run_job("dissect", sys.argv[1:]))
