"""Compute the AUC within groups: predictions, score_histograms to group_aucs."""

import sys

from insight_lib.cli.job import run_stage

if __name__ == "__main__":
    sys.exit(run_stage("group_aucs", sys.argv[1:]))
