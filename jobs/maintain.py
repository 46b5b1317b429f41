"""Merge the small files of every table and delete what was replaced a week ago or earlier."""

import sys

from insight_lib.cli.job import run_on_lake
from insight_lib.lake.maintenance import summary
from insight_lib.lake.session import SparkWorkers
from insight_lib.pipeline.nightly import tidy

if __name__ == "__main__":
    sys.exit(run_on_lake(__doc__, lambda lake: summary(tidy(lake, SparkWorkers())), sys.argv[1:]))
