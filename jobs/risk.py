"""Score every run by the risk model, corrected by the lake's own: run_features to risk_scores."""

import sys

from insight_lib.cli.job import run_job

if __name__ == "__main__":
    sys.exit(run_job("risk", sys.argv[1:]))
