"""Rows for the lake's own tests: what a test does not state is taken from a base row."""

import pyarrow as pa
import pytest

from insight_lib.lake import compaction as arranging
from insight_lib.lake.contract import contract
from insight_lib.lake.parquet import write_data_file
from insight_lib.lake.tables import open_lake

BASE_SCALAR = {
    "run_id": "logs/a",
    "stream": ".",
    "tag": "loss",
    "step": 0,
    "wall_time": 1.0,
    "value": 0.5,
    "file_id": "logs/a/events",
    "record_offset": 0,
    "value_index": 0,
}


@pytest.fixture
def lake(tmp_path):
    return open_lake(tmp_path / "lake", create=True)


@pytest.fixture
def scalars():
    def make(*different):
        schema = contract("scalars").schema
        return pa.Table.from_pylist([BASE_SCALAR | one for one in different], schema=schema)

    return make


@pytest.fixture
def nights(lake, scalars):
    """Some nights of some runs, whose names interleave, in two files a night."""

    def nights(count, first=0, points=5):
        for night in range(first, first + count):
            files = []
            for half in "ab":
                runs = [f"logs/{letter}-{night:03d}" for letter in (half, "m", "z")]
                rows = scalars(
                    *(
                        {"run_id": run, "step": step, "file_id": f"{run}/{half}"}
                        for run in runs
                        for step in range(points)
                    )
                )
                files.append(
                    write_data_file(
                        lake.table_uri("scalars"), "scalars", f"batch-{night:08d}", rows
                    )
                )
            lake.append("scalars", files, "events", night)

    return nights


@pytest.fixture
def _small_targets(monkeypatch):
    """Files are full from 100 rows on, so that a few rows already make many files."""
    monkeypatch.setattr(arranging, "TARGET_ROWS", 100)
