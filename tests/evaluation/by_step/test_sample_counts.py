"""Counts of rows, of histograms and of example_ids."""

from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from insight_lib.evaluation.by_step.sample_counts import sample_counts
from insight_lib.evaluation.by_step.unnamed_examples import numbered_files
from insight_lib.evaluation.evaluations.compute import evaluate_run
from insight_lib.lake.contract import contract

BASE = {
    "run_id": "logs/a",
    "step": 1,
    "split": "validation",
    "label": 0.0,
    "score": 0.5,
    "weight": 1.0,
    "group_id": None,
    "slices": [("country", "de")],
    "file_id": "f",
}

NO_FILES = pa.array([], pa.string())


def _predictions(rows):
    return pa.Table.from_pylist([BASE | row for row in rows], schema=contract("predictions").schema)


def _files(**rows):
    names = pa.array(list(rows), pa.string())
    return pa.table({"file_id": names, "rows": pa.array(rows.values(), pa.int64())})


def _counts(rows, files=None, lost=0):
    predictions = _predictions(rows)
    histograms = evaluate_run(predictions.slice(lost)).score_histograms
    numbered = numbered_files(predictions, files or _files(f=0))
    return sample_counts(predictions, histograms, numbered).to_pylist()


def test_every_run_step_and_split_is_counted_as_a_direct_loop_counts_it():
    rng = np.random.default_rng(0)
    rows = [
        {
            "run_id": f"logs/{rng.integers(2)}",
            "step": int(rng.integers(3)),
            "split": str(rng.choice(["validation", "test"])),
            "example_id": f"user-{rng.integers(40)}",
        }
        for _ in range(600)
    ]
    ids = defaultdict(Counter)
    for row in rows:
        ids[row["run_id"], row["step"], row["split"]][row["example_id"]] += 1
    expected = [
        {
            **dict(zip(("run_id", "step", "split"), key, strict=True)),
            "rows": times.total(),
            "counted": times.total(),
            "named": times.total(),
            "repeated": times.total() - len(times),
            "repeated_example": min(times, key=lambda name: (-times[name], name)),
        }
        for key, times in sorted(ids.items())
    ]
    assert len(expected) == 12
    assert _counts(rows) == expected


def test_an_id_in_two_files_of_one_step_is_repeated_and_in_two_steps_is_not():
    rows = [
        {"example_id": "a", "step": 1, "file_id": "f"},
        {"example_id": "a", "step": 1, "file_id": "g"},
        {"example_id": "a", "step": 2, "file_id": "g"},
    ]
    one, two = _counts(rows)
    assert (one["repeated"], one["repeated_example"]) == (1, "a")
    assert (two["repeated"], two["repeated_example"]) == (0, None)


def test_row_numbers_of_two_files_name_no_example_twice():
    rows = [{"example_id": str(row), "file_id": file} for file in "fg" for row in (0, 2, 3)]
    found = _counts(rows, _files(f=4, g=5))
    assert [(row["rows"], row["named"], row["repeated"]) for row in found] == [(6, 0, 0)]


@pytest.mark.parametrize(
    ("ids", "rows"),
    [
        (["0", "1", "4"], 4),  # beyond the file's rows
        (["0", "1", "1"], 3),  # twice
        (["0", "01"], 3),
        (["0", "-1"], 3),
        (["0", "b"], 3),
        (["0", "99999999999999999999"], 3),
        (["a"], 1),
    ],
)
def test_ids_that_cannot_be_row_numbers_are_names(ids, rows):
    table = _predictions([{"example_id": name} for name in ids])
    assert numbered_files(table, _files(f=rows)).to_pylist() == []


def test_rows_that_the_histograms_do_not_count_show():
    rows = [{"example_id": name} for name in "abcd"]
    assert [(row["rows"], row["counted"]) for row in _counts(rows, lost=1)] == [(4, 3)]
    none = sample_counts(_predictions(rows), contract("score_histograms").empty(), NO_FILES)
    assert none.column("counted").to_pylist() == [0]


def test_counts_without_rows_show_too():
    predictions = _predictions([{"example_id": "a"}])
    histograms = evaluate_run(predictions).score_histograms
    found = sample_counts(predictions.slice(1), histograms, NO_FILES).to_pylist()
    assert [(row["rows"], row["counted"], row["step"]) for row in found] == [(0, 1, 1)]


def test_encodings_do_not_matter():
    rows = [{"example_id": name} for name in "abca"]
    plain = _predictions(rows)
    encoded = plain
    for name in ("run_id", "split", "example_id", "file_id"):
        place = encoded.schema.get_field_index(name)
        encoded = encoded.set_column(place, name, pc.dictionary_encode(encoded[name]))
    histograms = evaluate_run(plain).score_histograms
    expected = sample_counts(plain, histograms, NO_FILES)
    assert sample_counts(encoded, histograms, NO_FILES) == expected
    assert expected["repeated"].to_pylist() == [1]


def test_no_rows_give_an_empty_table():
    found = sample_counts(
        contract("predictions").empty(), contract("score_histograms").empty(), NO_FILES
    )
    assert found.schema == contract("sample_counts").schema
    assert found.num_rows == 0
