"""Collect what was known of each run at its cut-off: scalars, layer_stats to run_features."""

import sys

from insight_lib.cli.job import stage_job
from insight_lib.risk.features_stage import FEATURES

if __name__ == "__main__":
    sys.exit(stage_job(__doc__, FEATURES, sys.argv[1:]))
