"""Write the failure-risk report to the lake's _report folder."""

import sys

from insight_lib.cli.job import run_job

if __name__ == "__main__":
    sys.exit(run_job("report", sys.argv[1:]))
