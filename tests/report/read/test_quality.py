"""What of the data could not be read."""

import pytest

from insight_lib.report.read.quality import MAX_FILES, MAX_GROUPS, quality, quarantine


def test_a_long_quarantine_is_one_line_a_file_and_reason(rows_of):
    spans = [{"offset": -at, "length": 2} for at in range(500)]
    found = quarantine(rows_of("quarantine", *spans, {"offset": 9, "reason": "cut short"}))
    lines = [(each.reason, each.count, each.first_offset, each.length) for each in found.shown]
    assert lines == [("bad CRC", 500, -499, 1000), ("cut short", 1, 9, 1)]
    assert (found.total, found.groups, found.prediction_rows) == (501, 2, 0)


def test_a_quarantine_of_many_files_is_cut_and_counted(rows_of):
    rows = [{"file_id": f"f{at:03}", "offset": at % 2} for at in range(500)]
    found = quarantine(rows_of("quarantine", *rows))
    assert (found.total, found.groups, len(found.shown)) == (500, 500, MAX_GROUPS)
    assert found.shown[0].file_id == "f000"
    assert quarantine(rows_of("quarantine")).total == 0


def test_quarantined_prediction_rows_and_unopened_files_are_counted_separately(rows_of):
    rows = [{"file_id": "r/predictions/a.parquet", "offset": at} for at in range(7)]
    rows.append({"file_id": "r/predictions/a.parquet", "offset": 8, "reason": "label is 3"})
    rows.append({"file_id": "r/predictions/b.parquet", "length": 0})
    rows.append({"file_id": "r/predictions/events.out.tfevents.1", "length": 30})
    found = quarantine(rows_of("quarantine", *rows))
    assert (found.prediction_rows, found.prediction_files, found.unopened) == (8, 1, 1)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("scores/a/val-5.csv.gz", "row"),
        ("scores/a/x.JSONL@3", "row"),
        ("a/predictions/x.tfrecord", "byte"),
        ("a/events.out.tfevents.1", "byte"),
    ],
)
def test_places_in_a_file_are_in_rows_or_in_bytes_as_its_format_has_them(rows_of, name, unit):
    rows = [{"file_id": name, "offset": 100, "length": 1 if unit == "row" else 57}] * 2
    found = quarantine(rows_of("quarantine", *rows))
    assert found.shown[0].unit == unit
    assert found.prediction_rows == (0 if "tfevents" in name else 2)


def test_a_fault_that_many_values_show_is_one_kind(rows_of):
    rows = [
        {"file_id": f"r/predictions/{at % 3}.csv", "offset": at, "length": 1}
        | {"reason": f"label is {at + 2}, not 0 or 1"}
        for at in range(500)
    ]
    found = quality(rows_of("quarantine", *rows), rows_of("event_files"))
    [kind] = found.kinds
    assert (kind.reason, kind.count, kind.files) == ("label is not 0 or 1", 500, 3)
    assert [each.count for each in kind.shown] == [167, 167, 166]


def test_files_that_were_refused_as_a_whole_come_first(rows_of):
    whole = [
        {"file_id": f"r/predictions/{at}.csv", "length": 0, "reason": "no column score"}
        for at in range(MAX_FILES + 2)
    ]
    spans = [{"offset": at} for at in range(99)]
    files = [{"file_id": "e", "status": "unreadable"}, {"file_id": "f", "status": "complete"}]
    found = quality(rows_of("quarantine", *spans, *whole), rows_of("event_files", *files))
    assert [(each.is_whole, each.count) for each in found.kinds] == [
        (True, MAX_FILES + 2),
        (False, 99),
    ]
    assert len(found.kinds[0].shown) == MAX_FILES
    assert (found.unreadable, found.is_clean) == (("e",), False)


def test_without_any_of_it_the_data_are_clean(rows_of):
    assert quality(rows_of("quarantine"), rows_of("event_files")).is_clean
