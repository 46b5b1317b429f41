"""Name what is wrong with runs that have new data: scalars, layer_stats to findings."""

import sys

from insight_lib.cli.job import stage_job
from insight_lib.dissection.stage import DISSECT

if __name__ == "__main__":
    sys.exit(stage_job(__doc__, DISSECT, sys.argv[1:]))
