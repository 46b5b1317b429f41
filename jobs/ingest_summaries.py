"""Bring new event files below the log roots into scalars, histograms, artifacts, quarantine."""

import sys

from insight_lib.cli.job import ingestion_job
from insight_lib.events.ingest import ingest_events

if __name__ == "__main__":
    sys.exit(ingestion_job(__doc__, ingest_events, sys.argv[1:]))
