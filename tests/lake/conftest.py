"""Rows for the lake's own tests: what a test does not state is taken from a base row."""

import pyarrow as pa
import pytest

from insight_lib.lake.contract import contract
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
