"""Train the model on model and score every run: run_features, run_labels to risk_scores."""

import sys

from insight_lib.cli.job import lake_job
from insight_lib.risk.stage import refresh_risk

if __name__ == "__main__":
    sys.exit(lake_job(__doc__, lambda lake: refresh_risk(lake).text, sys.argv[1:]))
