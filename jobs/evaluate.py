"""Evaluate new predictions: predictions to evaluations, curves and the states they follow from."""

import sys

from insight_lib.cli.job import update_job
from insight_lib.evaluation.evaluations.stage import evaluate_news

if __name__ == "__main__":
    sys.exit(update_job(__doc__, "evaluate", evaluate_news, sys.argv[1:]))
