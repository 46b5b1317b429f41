"""Compute the AUC within groups: predictions, score_histograms to group_aucs."""

import sys

from insight_lib.cli.job import stage_job
from insight_lib.evaluation.group_stage import GROUPS

if __name__ == "__main__":
    sys.exit(stage_job(__doc__, GROUPS, sys.argv[1:]))
