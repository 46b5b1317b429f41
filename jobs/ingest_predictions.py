"""Bring new prediction files below the log roots into predictions, quarantine."""

import sys

from insight_lib.cli.job import ingestion_job
from insight_lib.predictions.ingest import ingest_predictions

if __name__ == "__main__":
    sys.exit(ingestion_job(__doc__, ingest_predictions, sys.argv[1:]))
