"""Prediction files as they are read, whole or into a lake."""

import pyarrow as pa
import pytest

from insight_lib.lake.contract import contract
from insight_lib.lake.tables import open_lake
from insight_lib.predictions.formats.column_mapping import Columns, Reading
from insight_lib.predictions.formats.read_file import PredictionRows, read_predictions
from insight_lib.predictions.ingest.stage import ingest_predictions
from insight_lib.predictions.pattern import pattern_of
from tests.in_process import InProcess

WHERE = "logs/a/predictions"

QUARANTINE = pa.schema([field for field in contract("quarantine").schema if field.name != "batch"])


@pytest.fixture(scope="session")
def read_file():
    """A function that reads a file; its keywords say what the file calls its columns."""

    def read(path, **columns):
        reading = Reading(Columns(**columns))
        parts = list(read_predictions(path, "logs/a", "logs/p", reading))
        rows = [contract("predictions").empty(), *(_plain(part.rows) for part in parts)]
        held = [QUARANTINE.empty_table(), *(_plain(part.quarantine) for part in parts)]
        return PredictionRows(pa.concat_tables(rows), pa.concat_tables(held))

    return read


@pytest.fixture
def lake(tmp_path):
    return open_lake(tmp_path / "lake", create=True)


def _plain(table):
    known = contract("predictions").schema if "score" in table.column_names else QUARANTINE
    return table.select(known.names).cast(known)


def _example(**features):
    """A serialised tf.train.Example; texts become bytes, other values numbers of their type."""
    import tensorflow as tf  # noqa: PLC0415  (slow to import)

    def feature(value):
        values = value if isinstance(value, list) else [value]
        if all(isinstance(each, str) for each in values):
            encoded = [each.encode("utf-8", "surrogateescape") for each in values]
            return tf.train.Feature(bytes_list=tf.train.BytesList(value=encoded))
        if all(isinstance(each, int) for each in values):
            return tf.train.Feature(int64_list=tf.train.Int64List(value=values))
        return tf.train.Feature(float_list=tf.train.FloatList(value=values))

    named = {name: feature(value) for name, value in features.items()}
    return tf.train.Example(features=tf.train.Features(feature=named)).SerializeToString()


@pytest.fixture(scope="session")
def example():
    """The function that serialises a tf.train.Example of features."""
    return _example


@pytest.fixture
def root(tmp_path):
    (tmp_path / WHERE).mkdir(parents=True)
    return tmp_path / "logs"


@pytest.fixture
def write(tmp_path):
    def write(name, *scores, columns="label,score"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([columns, *(f"1,{score}" for score in scores), ""]))
        return path

    return write


@pytest.fixture
def ingest(lake, root):
    def ingest(*patterns, roots=(root,), columns=None):
        return ingest_predictions(lake, InProcess(), roots, [*map(pattern_of, patterns)], columns)

    return ingest


@pytest.fixture
def rows(lake):
    """What is in table predictions: run, step, split and score."""

    def rows():
        names = ("run_id", "step", "split", "score")
        found = lake.read("predictions", names).to_pylist()
        return sorted(tuple(row[name] for name in names) for row in found)

    return rows


@pytest.fixture
def scores(rows):
    return lambda: sorted(row[-1] for row in rows())


@pytest.fixture
def ledger(lake):
    def ledger():
        rows = lake.read("prediction_files").to_pylist()
        return {row["file_id"]: row["status"] for row in rows}

    return ledger
