"""Validation predictions of each epoch, as Parquet next to the event files."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import tensorflow as tf
from numpy.typing import NDArray

from insight_lib.columnar.parquet_bounds import bounded_columns
from insight_lib.errors import InputError

FOLDER = "predictions"
SPLIT = "validation"
_BATCH = 4096

Inputs = NDArray[Any] | Sequence[NDArray[Any]] | Mapping[str, NDArray[Any]]


def first_output(outputs: NDArray[Any]) -> NDArray[Any]:
    """Take the only column of a sigmoid's output, or the first class's of a softmax."""
    return outputs.reshape(len(outputs), -1)[:, 0]


@dataclass(frozen=True)
class ValidationPredictions:
    """What is scored at the end of each epoch.

    Args:
        inputs: what the model takes: an array, or a list or dict of them, of ``n`` examples.
        labels: ``n`` labels, 0 or 1.
        example_ids: ``n`` names; by default the examples' numbers.
        slices: further string columns of ``n`` values, to evaluate each value apart.
        score: turns the model's outputs into ``n`` scores; by default the first column.

    Raises:
        InputError: a column has another length than ``labels``, or a label is neither 0 nor 1.
    """

    inputs: Inputs
    labels: NDArray[Any]
    example_ids: Sequence[str] | None = None
    slices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    score: Callable[[NDArray[Any]], NDArray[Any]] = first_output

    def __post_init__(self) -> None:
        count = len(self.labels)
        columns: dict[str, Any] = {**self.slices, "example_ids": self.example_ids}
        columns |= {f"inputs[{i}]": array for i, array in enumerate(tf.nest.flatten(self.inputs))}
        wrong = [
            f"{name} has {len(column)}"
            for name, column in columns.items()
            if column is not None and len(column) != count
        ]
        if wrong:
            raise InputError(f"{count} labels, but {', '.join(wrong)}; give one value an example")
        if not np.isin(self.labels, (0, 1)).all():
            raise InputError("labels other than 0 and 1; give 1 for the scored class, 0 for others")

    def table(self, outputs: NDArray[Any], step: int) -> pa.Table:
        """Build the rows for a model's outputs at ``step``."""
        count = len(self.labels)
        ids = self.example_ids if self.example_ids is not None else range(count)
        columns = {
            "label": pa.array(np.asarray(self.labels, np.int64)),
            "score": pa.array(self.score(outputs).astype(np.float64)),
            "example_id": pa.array([str(name) for name in ids]),
            "step": pa.array(np.full(count, step, np.int64)),
            "split": pa.array([SPLIT] * count),
        }
        strings = {
            name: pa.array(list(values), pa.string()) for name, values in self.slices.items()
        }
        return pa.table(columns | strings)


def model_outputs(model: keras.Model, inputs: Inputs) -> NDArray[Any]:
    """Run a Keras model on ``n`` examples, inference only; first axis the examples.

    The model's state is put back after it: inference, too, advances the random generator of a
    recurrent layer with dropout, and the state of a stateful one.
    """
    state = [(each, np.array(each.numpy())) for each in model.non_trainable_variables]
    starts = range(0, len(tf.nest.flatten(inputs)[0]), _BATCH)
    outputs = [model.predict_on_batch(_rows(inputs, slice(i, i + _BATCH))) for i in starts]
    for variable, value in state:
        variable.assign(value)
    return np.concatenate(outputs)


def _rows(inputs: Inputs, rows: slice) -> Inputs:
    cut: Inputs = tf.nest.map_structure(lambda array: array[rows], inputs)
    return cut


def write_predictions(run_dir: Path, epoch: int, table: pa.Table) -> Path:
    """Write ``predictions/epoch-<epoch>.parquet``; it is there whole or not at all.

    Raises:
        OSError: the file system refuses; nothing is left behind.
    """
    folder = run_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"epoch-{epoch:04d}.parquet"
    unfinished = folder / f".{target.name}.{os.getpid()}.tmp"
    try:
        bounded = bounded_columns(table)
        pq.write_table(table, unfinished, compression="zstd", write_statistics=bounded)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target
