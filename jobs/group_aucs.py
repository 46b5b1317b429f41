"""Compute the AUC within groups: predictions, score_histograms to group_aucs."""

import sys
from functools import partial

from insight_lib.cli.job import update_job
from insight_lib.evaluation.by_step.group_stage import GROUPS
from insight_lib.evaluation.by_step.step_stage import refresh_steps

if __name__ == "__main__":
    update = partial(refresh_steps, stage=GROUPS)
    sys.exit(update_job(__doc__, GROUPS.name, update, sys.argv[1:]))
