"""What others write is what is read, whatever the format: values and order, by hypothesis."""

import csv
import gzip
import io
import json
import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.predictions.formats.convert import MISSING_TEXTS

finite = st.floats(allow_nan=False, allow_infinity=False)
# Texts that pandas writes for what is missing are read as missing.
texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1
).filter(lambda text: text not in MISSING_TEXTS)
ids = st.text("abcdefghij0123456789-", min_size=1)
rows_of = st.fixed_dictionaries(
    {
        "label": st.sampled_from([0, 1]),
        "score": finite,
        "weight": st.floats(0, 1e300),
        "step": st.integers(-(2**63), 2**63 - 1),
        "split": ids,
        "example_id": ids,
        "note": st.one_of(st.none(), texts),
    }
)
many_rows = st.lists(rows_of, min_size=1, max_size=30)


def expected(row):
    slices = {} if row["note"] is None else {"note": row["note"]}
    kept = {name: row[name] for name in ("label", "score", "weight", "step", "split", "example_id")}
    return kept | {"slices": slices}


def check(result, rows):
    names = list(expected(rows[0]))
    found = [{name: row[name] for name in names} for row in result.rows.to_pylist()]
    assert [row | {"slices": dict(row["slices"])} for row in found] == [*map(expected, rows)]
    assert result.quarantine.num_rows == 0


@given(many_rows)
def test_parquet_by_pyarrow(tmp_path_factory, read_file, rows):
    path = tmp_path_factory.mktemp("p") / "p.parquet"
    schema = pa.schema(
        [("label", pa.int8()), ("score", pa.float64()), ("weight", pa.float64())]
        + [("step", pa.int64())]
        + [(name, pa.string()) for name in ("split", "example_id", "note")]
    )
    pq.write_table(pa.Table.from_pylist(rows, schema), path, row_group_size=7)
    check(read_file(path), rows)


@given(many_rows, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.booleans())
def test_csv_by_pythons_own_writer(tmp_path_factory, read_file, rows, quoting, packed):
    path = tmp_path_factory.mktemp("p") / ("p.csv.gz" if packed else "p.csv")
    # A text of numbers alone would make no slice of the column.
    rows = [{**row, "note": row["note"] and f"x{row['note']}"} for row in rows]
    rows[0]["note"] = "first"
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, list(rows[0]), quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    content = target.getvalue().encode()
    path.write_bytes(gzip.compress(content) if packed else content)
    check(read_file(path), rows)


@given(many_rows, st.booleans())
def test_json_lines_by_pythons_own_writer(tmp_path_factory, read_file, rows, as_ascii):
    path = tmp_path_factory.mktemp("p") / "p.jsonl"
    lines = (json.dumps(row, ensure_ascii=as_ascii) for row in rows)
    path.write_text("\n".join(lines), encoding="utf-8")
    check(read_file(path), rows)


@given(many_rows)
def test_examples_by_tensorflows_own_writer(tmp_path_factory, read_file, example, rows):
    import tensorflow as tf  # noqa: PLC0415  (slow to import)

    path = tmp_path_factory.mktemp("p") / "p.tfrecord"
    # A FloatList holds 32 bits; what overflows them would be no finite score any more.
    singles = [row | {n: float(_single(row[n])) for n in ("score", "weight")} for row in rows]
    with tf.io.TFRecordWriter(str(path)) as writer:
        for row in singles:
            writer.write(example(**{name: v for name, v in row.items() if v is not None}))
    check(read_file(path), singles)


def _single(value):
    limit = float(np.finfo(np.float32).max)
    return np.float32(math.copysign(min(abs(value), limit), value))


@given(st.lists(st.one_of(finite, st.sampled_from([None, math.nan, math.inf, -math.inf]))))
def test_every_row_is_accepted_or_quarantined_once_in_order(tmp_path_factory, read_file, scores):
    path = tmp_path_factory.mktemp("p") / "p.parquet"
    labels = pa.array([1] * len(scores), pa.int64())
    pq.write_table(pa.table({"label": labels, "score": pa.array(scores, pa.float64())}), path)
    result = read_file(path)
    sound = [n for n, score in enumerate(scores) if score is not None and math.isfinite(score)]
    assert [int(each) for each in result.rows["example_id"].to_pylist()] == sound
    assert result.rows["score"].to_pylist() == [scores[n] for n in sound]
    rest = sorted(set(range(len(scores))) - set(sound))
    assert result.quarantine["offset"].to_pylist() == rest
