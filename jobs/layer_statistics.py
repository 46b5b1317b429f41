"""Compute layer statistics of runs with new data: artifacts, histograms, scalars to layer_stats."""

import sys

from insight_lib.cli.job import stage_job
from insight_lib.dissection.layers.stage import LAYER_STATISTICS

if __name__ == "__main__":
    sys.exit(stage_job(__doc__, LAYER_STATISTICS, sys.argv[1:]))
