"""Tell people what the rules of the configuration ask for: findings, runs and risks to messages."""

import sys

from insight_lib.cli.job import run_job

if __name__ == "__main__":
    sys.exit(run_job("alerts", sys.argv[1:]))
