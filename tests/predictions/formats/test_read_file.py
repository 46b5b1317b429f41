"""Reading one prediction file: what is taken, what is not and why."""

import math
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from insight_lib.errors import PredictionFileError
from insight_lib.lake.contract import contract


@pytest.fixture
def read(tmp_path, read_file):
    def write_and_read(columns):
        path = tmp_path / "part=0" / "p.parquet"
        path.parent.mkdir(exist_ok=True)
        pq.write_table(pa.table(columns), path)
        return read_file(path)

    return write_and_read


def test_columns_a_file_lacks_get_their_defaults(read):
    result = read({"label": [0, 1], "score": [0.25, 3.5]})
    assert result.rows.schema.equals(contract("predictions").schema)
    assert result.rows.to_pylist() == [
        {
            "run_id": "logs/a",
            "step": 0,
            "split": "validation",
            "example_id": str(row),
            "label": float(row),
            "score": score,
            "weight": 1.0,
            "group_id": None,
            "slices": [],
            "file_id": "logs/p",
        }
        for row, score in enumerate([0.25, 3.5])
    ]
    assert result.quarantine.num_rows == 0


def test_columns_are_read_whatever_their_width(read):
    result = read(
        {
            "label": pa.array([True, False]),
            "score": pa.array(np.array([0.1, -8.0], np.float32)),
            "step": pa.array([7, 7], pa.int32()),
            "split": pa.array(["test", "test"]).dictionary_encode(),
            "example_id": pa.array([12, None]),
            "weight": pa.array([2, 3]),
            "group_id": pa.array([5, None]),
        }
    ).rows.to_pydict()
    assert result["label"] == [1.0, 0.0]
    assert result["score"] == [float(np.float32(0.1)), -8.0]
    assert result["step"] == [7, 7]
    assert result["split"] == ["test", "test"]
    assert result["example_id"] == ["12", "1"]
    assert result["weight"] == [2.0, 3.0]
    assert result["group_id"] == ["5", None]


def test_every_other_column_of_type_string_is_a_slice_and_nulls_are_in_none(read):
    rows = read(
        {
            "country": pa.array(["de", None, "fr"]).dictionary_encode(),
            "label": [0, 1, 1],
            "device": pa.array(["phone", "phone", None], pa.large_string()),
            "score": [0.1, 0.2, 0.3],
            "age": [1, 2, 3],
        }
    ).rows
    assert rows["slices"].to_pylist() == [
        [("country", "de"), ("device", "phone")],
        [("device", "phone")],
        [("country", "fr")],
    ]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("score", None, "score is null, not a finite number"),
        ("score", math.nan, "score is nan, not a finite number"),
        ("score", -math.inf, "score is -inf, not a finite number"),
        ("label", None, "label is null, not 0 or 1"),
        ("label", 2.0, "label is 2, not 0 or 1"),
        ("label", 0.5, "label is 0.5, not 0 or 1"),
        ("weight", -1.0, "weight is -1, not a finite number and not negative"),
        ("weight", math.nan, "weight is nan, not a finite number and not negative"),
        ("step", None, "step is null, not an integer"),
        ("split", None, "split is null, not a string"),
        ("label", 1e30, "label is 1e+30, not 0 or 1"),
        ("step", 1.5, "step is 1.5, not an integer"),
    ],
)
def test_a_bad_row_goes_to_quarantine_with_column_and_value_and_the_rest_is_kept(
    read, column, value, reason
):
    columns = {
        "label": [0.0, 1.0, -0.0],
        "score": [0.1, 0.2, 0.3],
        "weight": [1.0, 1.0, 0.0],
        "step": [1, 1, 1],
        "split": ["test", "test", "test"],
    }
    columns[column][1] = value
    result = read(columns)
    assert result.rows["example_id"].to_pylist() == ["0", "2"]
    assert result.quarantine.to_pylist() == [
        {
            "run_id": "logs/a",
            "file_id": "logs/p",
            "offset": 1,
            "length": 1,
            "reason": reason,
        }
    ]


@pytest.mark.parametrize(
    ("labels", "taken"),
    [
        (["1", "0", "yes"], [1.0, 0.0]),
        (["True", "FALSE", ""], [1.0, 0.0]),
        ([" 1.0 ", "0e0", "1_0"], [1.0, 0.0]),
        ([Decimal("1.00"), Decimal("0.00"), Decimal("0.50")], [1.0, 0.0]),
        (pa.array([1, 0, 2**64 - 1], pa.uint64()), [1.0, 0.0]),
        ([1, 0, -(2**63)], [1.0, 0.0]),
    ],
)
def test_a_label_is_0_or_1_however_it_is_written_and_anything_else_costs_its_row(
    read, labels, taken
):
    result = read({"label": labels, "score": [0.1, 0.2, 0.3]})
    assert result.rows["label"].to_pylist() == taken
    [reason] = result.quarantine["reason"].to_pylist()
    assert reason.startswith("label is ")


def test_whole_steps_are_read_whatever_their_type(read):
    rows = [1.0, 2.0**40, math.nan, 2.0**70]
    result = read({"label": [1] * 4, "score": [0.5] * 4, "step": rows})
    assert result.rows["step"].to_pylist() == [1, 2**40]
    assert result.quarantine["offset"].to_pylist() == [2, 3]
    named = read({"label": [1] * 3, "score": [0.5] * 3, "step": ["7", "7.0", "7.5"]})
    assert named.rows["step"].to_pylist() == [7, 7]
    assert named.quarantine["reason"].to_pylist() == ['step is "7.5", not an integer']
    edge = ["9223372036854775807", "9223372036854775808", "1_0"]
    named = read({"label": [1] * 3, "score": [0.5] * 3, "step": edge})
    assert named.rows["step"].to_pylist() == [2**63 - 1]


def test_scores_of_any_range_are_read_unchanged(read):
    scores = [-1e30, -8.5, 0.0, 1e-320, 3.0, 1.7e308]
    assert read({"label": [1] * 6, "score": scores}).rows["score"].to_pylist() == scores


def test_columns_that_are_not_looked_for_cost_nothing_whatever_they_are(read):
    result = read(
        {"label": [1], "score": [0.5], "nested": [[{"a": 1}]], "when": [date(2024, 1, 1)]}
    )
    assert result.rows["slices"].to_pylist() == [[]]


def test_a_row_with_several_faults_is_quarantined_once(read):
    result = read({"label": [3.0], "score": [math.nan]})
    assert result.rows.num_rows == 0
    assert result.quarantine["reason"].to_pylist() == ["score is nan, not a finite number"]


def test_every_row_is_kept_or_quarantined_once_over_many_row_groups(tmp_path, read_file):
    rng = np.random.default_rng(1)
    score = np.where(rng.random(10_000) < 0.1, np.nan, rng.random(10_000))
    table = pa.table({"label": rng.integers(0, 3, 10_000), "score": score, "s": ["a", "b"] * 5_000})
    path = tmp_path / "p.parquet"
    pq.write_table(table, path, row_group_size=777)
    result = read_file(path)
    kept = result.rows["example_id"].cast(pa.int64()).to_numpy()
    seen = np.concatenate([kept, result.quarantine["offset"].to_numpy()])
    assert np.array_equal(np.sort(seen), np.arange(10_000))
    assert np.array_equal(result.rows["score"].to_numpy(), score[kept])
    assert result.rows["slices"].to_pylist() == [[("s", "ab"[row % 2])] for row in kept]


def test_a_file_of_no_rows_gives_no_rows(read):
    result = read({"label": pa.array([], pa.int64()), "score": pa.array([], pa.float64())})
    assert result.rows.num_rows == 0
    assert result.quarantine.num_rows == 0


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        ({"score": [0.1]}, "no column label"),
        ({"label": [1], "probability": [0.1]}, "no column score, only label, probability"),
        ({"label": [1], "score": [[0.1]]}, "column score of type list"),
        ({"label": [{"a": 1}], "score": [0.1]}, "column label of type struct"),
        ({"label": [1], "score": [date(2024, 1, 1)]}, "column score of type date32"),
        ({"label": [1], "score": [0.1], "group_id": [[1]]}, "column group_id of type list"),
    ],
)
def test_a_column_that_is_missing_or_of_a_wrong_type_is_named(read, columns, named):
    with pytest.raises(PredictionFileError, match=r"p\.parquet") as error:
        read(columns)
    assert named in str(error.value)
    assert "; " in str(error.value)


def test_a_column_that_occurs_twice_is_refused(tmp_path, read_file):
    path = tmp_path / "p.parquet"
    column = pa.array([1.0])
    pq.write_table(pa.Table.from_arrays([column] * 3, names=["label", "score", "score"]), path)
    with pytest.raises(PredictionFileError, match="score more than once"):
        read_file(path)


@pytest.mark.parametrize("content", [b"", b"label,score\n1,0.5\n", b"PAR1" * 20])
def test_what_is_no_parquet_is_named_with_the_remedy(tmp_path, read_file, content):
    path = tmp_path / "p.parquet"
    path.write_bytes(content)
    with pytest.raises(PredictionFileError, match=r"p\.parquet cannot be read as Parquet"):
        read_file(path)


def test_a_file_that_is_cut_short_or_gone_is_named(tmp_path, read_file):
    path = tmp_path / "p.parquet"
    pq.write_table(pa.table({"label": [1] * 1000, "score": [0.5] * 1000}), path)
    path.write_bytes(path.read_bytes()[:-10])
    for broken in (path, tmp_path / "gone.parquet"):
        with pytest.raises(PredictionFileError, match=broken.name):
            read_file(broken)
