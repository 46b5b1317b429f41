"""Bring new event files below the log roots into scalars, histograms, artifacts, quarantine."""

import sys

from insight_lib.cli.job import events_job

if __name__ == "__main__":
    sys.exit(events_job(__doc__, sys.argv[1:]))
