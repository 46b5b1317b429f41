"""Odd tags all the way into a lake, where every reader finds them."""

from collections import Counter

import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from insight_lib.events.ingest.stage import ingest_events
from insight_lib.files.log_root import check_roots
from insight_lib.lake.sql import query
from insight_lib.lake.tables import open_lake
from tests.events.conftest import frame
from tests.events.faults.hostile import HOSTILE, PLENTY, tagged

EXPECTED = {
    "many": [f"tag_{number}" for number in range(PLENTY)],
    "long": [f"{number:03d}" + "t" * 2**20 for number in range(3)],
    "odd": ["a\\xff\\xfeb", "a\0b", "", "größe"],
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory, workers):
    folder = tmp_path_factory.mktemp("hostile")
    payloads = {
        "many": list(HOSTILE["100,000 tags"]()),
        "long": [tagged(tag.encode()) for tag in EXPECTED["long"]],
        "odd": [tagged(tag) for tag in (b"a\xff\xfeb", b"a\0b", b"", "größe".encode())],
    }
    for run, events in payloads.items():
        (folder / "logs" / run).mkdir(parents=True)
        path = folder / "logs" / run / "events.out.tfevents.1.host"
        path.write_bytes(b"".join(map(frame, events)))
    lake = open_lake(folder / "lake", create=True)
    ingest_events(lake, workers, check_roots([folder / "logs"]))
    return lake


@pytest.mark.parametrize("run", EXPECTED)
def test_delta_and_duckdb_read_odd_tags_back(lake, run):
    by_duckdb = query(lake, "SELECT run_id, tag FROM scalars").to_pylist()
    uris = DeltaTable(str(lake.root / "scalars")).file_uris()
    by_delta = [
        row for uri in uris for row in pq.read_table(uri, columns=["run_id", "tag"]).to_pylist()
    ]
    for rows in (by_duckdb, by_delta):
        tags = [row["tag"] for row in rows if row["run_id"] == f"logs/{run}"]
        assert Counter(tags) == Counter(EXPECTED[run])


def test_a_tag_is_found_by_its_name_however_odd(lake):
    """The files' statistics, by which readers pass files over, hold for such names too."""
    for tag in (EXPECTED["long"][1], *EXPECTED["odd"], "tag_99999"):
        stated = tag.replace("\0", "' || chr(0) || '")
        found = query(lake, f"SELECT run_id FROM scalars WHERE tag = '{stated}'")  # noqa: S608
        assert found.num_rows == 1, tag[:50]
