"""Compute layer statistics of runs with new data: artifacts, histograms, scalars to layer_stats."""

import sys

from insight_lib.cli.job import run_job

if __name__ == "__main__":
    sys.exit(run_job("layer_statistics", sys.argv[1:]))
