"""Summaries as protobuf serialises them, and rows of ``artifacts`` that hold them."""

import json

import numpy as np
import pyarrow as pa
from tensorboard.compat.proto import summary_pb2
from tensorboard.util import tensor_util

from insight_lib.lake.contract import contract

META = {"version": 1, "depth": 3, "layer_type": "Dense", "activation": "relu"}
PLUGINS = {"stats": "deepinsight", "snapshot": "deepinsight_snapshot"}


def message(tag, tensor, meta=META):
    """A Summary.Value with the metadata of its tag's plugin."""
    value = summary_pb2.Summary.Value(tag=tag, tensor=tensor_util.make_tensor_proto(tensor))
    value.metadata.plugin_data.plugin_name = PLUGINS[tag.rpartition("/")[2]]
    value.metadata.plugin_data.content = b"" if meta is None else json.dumps(meta).encode()
    return value


def artifact(value, step=0, **changes):
    """A row of ``artifacts``."""
    data = value if isinstance(value, bytes) else value.SerializeToString()
    tag = "dense/kernel/weight/snapshot" if isinstance(value, bytes) else value.tag
    base = {"run_id": "r", "stream": "train", "tag": tag, "step": step, "payload": data}
    return base | {"plugin": PLUGINS[tag.rpartition("/")[2]]} | changes


def written(table, *rows):
    """Rows of a table of values, in the order of writing; the later ones in separate files."""
    base = {"run_id": "r", "stream": "train", "wall_time": 0.0, "value_index": 0, "file_id": "f"}
    every = [base | {"record_offset": place} | row for place, row in enumerate(rows)]
    return pa.Table.from_pylist(every, schema=contract(table).schema)


def histogram(tag, numbers, step=0, **changes):
    """A row of ``histograms`` of some numbers, in 20 buckets."""
    counts, edges = np.histogram(numbers, 20)
    buckets = {"left_edges": edges[:-1], "right_edges": edges[1:], "counts": counts.astype(float)}
    return {"tag": tag, "step": step} | buckets | changes
