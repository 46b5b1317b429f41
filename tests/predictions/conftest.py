"""Reading a prediction file whole, for tests of files that fit in memory."""

import pyarrow as pa
import pytest

from insight_lib.lake.contract import contract
from insight_lib.lake.tables import open_lake
from insight_lib.predictions.mapping import Columns, Reading
from insight_lib.predictions.read import PredictionRows, read_predictions

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
