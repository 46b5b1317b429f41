"""What a night brings to the lake of a test."""

import pyarrow as pa
import pyarrow.parquet as pq

from insight_lib.lake.batch_log import write_plan
from insight_lib.predictions.ingest.stage import ingest_predictions


def bring_predictions(lake, workers, root, files, columns=None):
    """Write prediction files below a log root, and ingest them as one batch."""
    for name, rows in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows, path)
    ingest_predictions(lake, workers, [root], columns=columns)


def bring_events(lake, run_id):
    """Enter an event file of a run in the ledger, and return its batch."""
    schema = lake.read("event_files").schema
    values = {pa.string(): "", pa.int64(): 1, pa.int32(): 1, pa.bool_(): False}
    entry = {f.name: values.get(f.type, None if f.nullable else []) for f in schema}
    entry |= {"run_id": run_id, "batch": write_plan(lake, "events", {})}
    ledger = pa.Table.from_pylist([entry], schema=schema)
    lake.replace("event_files", "file_id", [], ledger, "events", entry["batch"])
    return entry["batch"]
