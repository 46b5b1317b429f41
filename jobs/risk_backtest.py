"""Hold the scores of every night against what became of the runs: to risk_backtest."""

import sys

from insight_lib.cli.job import run_job

if __name__ == "__main__":
    sys.exit(run_job("risk_backtest", sys.argv[1:]))
