"""Compute the AUC within groups: predictions, score_histograms to group_aucs."""

import sys

from insight_lib.cli.job import run_job

if __name__ == "__main__":
    sys.exit(run_job("group_aucs", sys.argv[1:]))
