"""Bring new prediction files of runs and of patterns into predictions, quarantine."""

import sys

from insight_lib.cli.job import predictions_job

if __name__ == "__main__":
    sys.exit(predictions_job(__doc__, sys.argv[1:]))
