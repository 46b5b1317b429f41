"""Write the failure-risk report to the lake's _report folder."""

import sys

from insight_lib.cli.job import lake_job
from insight_lib.report.stage import refresh_report, report_folder

if __name__ == "__main__":
    sys.exit(
        lake_job(
            __doc__, lambda lake: refresh_report(lake, report_folder(lake)).index, sys.argv[1:]
        )
    )
