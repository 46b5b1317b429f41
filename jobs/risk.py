"""Train the model on model and score every run: run_features, run_labels to risk_scores."""

import sys

from insight_lib.cli.job import run_job

if __name__ == "__main__":
    sys.exit(run_job("risk", sys.argv[1:]))
