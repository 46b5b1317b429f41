"""What an ingestion says of itself, in a real lake with files that are partly damaged."""

import re

import pytest

from insight_lib.events.ingest.plan import plan_events
from insight_lib.events.ingest.stage import ingest_events
from insight_lib.events.ingest.summary import MOST_LINES, IngestSummary, remarks
from insight_lib.files.log_root import check_roots
from insight_lib.lake.batch_log import write_plan
from insight_lib.lake.sql import query
from insight_lib.lake.tables import open_lake


@pytest.fixture
def lake(tmp_path):
    return open_lake(tmp_path / "the lake", create=True)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "logs" / "a" / "events.out.tfevents.1.host"
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def ingest(lake, workers, tmp_path):
    return lambda: ingest_events(lake, workers, check_roots([tmp_path / "logs"]))


@pytest.fixture
def damaged(framed, scalar):
    """Bytes of so many intact records, each followed by one whose last checksum is wrong."""

    def damaged(count):
        record = framed(scalar("loss", 1, 0.5).SerializeToString())
        return (record + record[:-1] + bytes([record[-1] ^ 1])) * count

    return damaged


def test_a_clean_ingestion_is_one_line_with_its_rate(lake, ingest, file, framed, scalar):
    file.write_bytes(framed(scalar("loss", 1, 0.5).SerializeToString()) * 3)
    summary = ingest()
    assert summary.text.startswith("1 of 1 files, 3 records, 0.0 MB, 0 spans quarantined, ")
    assert f"{3 / summary.seconds:,.0f} records/s" in summary.text
    assert remarks(lake, summary) == []


def test_an_ingestion_of_nothing_new_has_no_rate():
    assert IngestSummary(files_found=4).text == (
        "0 of 4 files, 0 records, 0.0 MB, 0 spans quarantined"
    )


def test_each_damaged_span_of_this_batch_is_named_and_none_of_an_earlier_one(
    lake, ingest, file, damaged
):
    content = damaged(2)
    length = len(content) // 4
    file.write_bytes(content)
    ingest()
    file.write_bytes(content + damaged(1))
    [line] = remarks(lake, ingest())
    assert line.startswith("quarantined: logs/a/events.out.tfevents.1.host, ")
    assert f", offset {5 * length}, {length} bytes: " in line


def test_spans_of_one_file_with_one_reason_are_named_in_one_line(lake, ingest, file, damaged):
    file.write_bytes(damaged(5))
    [line] = remarks(lake, ingest())
    assert re.search(r", offset \d+, \d+ bytes and 4 more: ", line)


def test_many_damaged_files_are_cut_short_with_the_command_that_lists_them(
    lake, ingest, file, damaged
):
    for number in range(MOST_LINES + 2):
        (file.parent / f"{file.name}.{number:02d}").write_bytes(damaged(3))
    *named, last = remarks(lake, ingest())
    assert [line.split(",")[0][-2:] for line in named] == [f"{n:02d}" for n in range(MOST_LINES)]
    assert last.startswith(f"and 6 more: insight sql --lake '{lake.root}' \"SELECT ")
    statement = last.split('"')[1]
    assert query(lake, statement).num_rows == 3 * (MOST_LINES + 2)


def test_an_interrupted_batch_is_reported_as_repeated(lake, ingest, file, tmp_path, framed, scalar):
    file.write_bytes(framed(scalar("loss", 1, 0.5).SerializeToString()))
    plan = plan_events(check_roots([tmp_path / "logs"]), {})
    stored = {"slices": [piece.to_json() for piece in plan.ranges], "replaced": []}
    batch = write_plan(lake, "events", stored)
    repeated = ingest()
    assert remarks(lake, repeated) == [f"batch {batch} was interrupted and has been repeated first"]
    assert repeated.records == 1
    assert remarks(lake, ingest()) == []


def test_what_cannot_be_read_is_named_and_cut_short(lake):
    paths = tuple(f"/logs/{n}" for n in range(MOST_LINES + 1))
    *named, last = remarks(lake, IngestSummary(unreadable=paths))
    assert named == [f"cannot be read, left for next time: {path}" for path in paths[:MOST_LINES]]
    assert last == "and 1 more: left for next time"
