"""Name what is wrong with runs that have new data: scalars, layer_stats to findings."""

import sys

from insight_lib.cli.job import update_job
from insight_lib.dissection.stage import DISSECT, refresh_findings

if __name__ == "__main__":
    sys.exit(update_job(__doc__, DISSECT, refresh_findings, sys.argv[1:]))
