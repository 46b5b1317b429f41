"""Run the stages of one task of a night in one Spark application; `insight stages` lists them."""

import sys

from insight_lib.cli.job import run_task_job

if __name__ == "__main__":
    sys.exit(run_task_job(sys.argv[1:]))
