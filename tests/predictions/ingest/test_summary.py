"""What is said of an ingestion of predictions."""

import pytest

from insight_lib.predictions.ingest.summary import PredictionSummary, row_place, together


@pytest.mark.parametrize(
    ("file_id", "offset", "length", "said"),
    [
        ("logs/a/predictions/x.csv", 1234, 1, "row 1,234"),
        ("logs/a/predictions/x.parquet@2", 5, 1, "row 5"),
        ("logs/a/predictions/x.tfrecord@2", 1234, 57, "offset 1,234, 57 bytes"),
        ("logs/a/predictions/x.csv", 0, 0, "the whole file"),
    ],
)
def test_a_place_is_a_row_or_bytes_or_the_whole_file(file_id, offset, length, said):
    assert row_place(file_id, offset, length) == said


def test_a_repeated_batch_is_counted_with_what_came_after_it_and_named():
    repeated = PredictionSummary(1, 10, 5, 2, ("x",), (3,))
    new = PredictionSummary(2, 20, 6, 0, ("x", "y"), (4,))
    both = together(repeated, new)
    assert both == PredictionSummary(3, 30, 11, 2, ("x", "y"), (3, 4), repeated_batch=3)
    assert both.text == "3 new files, 11 rows, 0.0 MB, 2 rows quarantined, 2 left unread"
    assert together(PredictionSummary(), new).repeated_batch is None
