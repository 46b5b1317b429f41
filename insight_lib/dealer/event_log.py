"""Writing an event file in the training process.

``tf.summary``'s own writer loses events without a word when the disk is full; TensorFlow's record
writer, used here, raises. The file is the same: TFRecord frames of ``Event`` messages, the first
of which names the version.
"""

import itertools
import os
import socket
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

_FILE_VERSION = "brain.Event:2"
_number = itertools.count()


class EventLog:
    """One event file in ``folder``, which is made where it is absent.

    Every method raises ``OSError`` or ``tf.errors.OpError`` where the file system refuses.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        now = time.time()
        # As TensorFlow names them; the number tells two files of one second and process apart.
        name = f"{int(now)}.{socket.gethostname()}.{os.getpid()}.{next(_number)}.v2"
        self._records = tf.io.TFRecordWriter(str(folder / f"events.out.tfevents.{name}"))
        first = tf.compat.v1.Event(wall_time=now, file_version=_FILE_VERSION)
        self._records.write(first.SerializeToString())

    def write(self, summary: tf.compat.v1.Summary, step: int) -> None:
        """Write a ``Summary`` message as one event at ``step``."""
        event = tf.compat.v1.Event(wall_time=time.time(), step=step, summary=summary)
        self._records.write(event.SerializeToString())

    def write_end(self) -> None:
        """Write that the training ended, as TensorFlow's own sessions do."""
        end = tf.compat.v1.SessionLog(status=tf.compat.v1.SessionLog.STOP)
        event = tf.compat.v1.Event(wall_time=time.time(), session_log=end)
        self._records.write(event.SerializeToString())

    def flush(self) -> None:
        """Flush what was written to the file system."""
        self._records.flush()

    def close(self) -> None:
        """Flush and close."""
        self._records.close()


def new_summary() -> tf.compat.v1.Summary:
    """Return an empty ``Summary`` message."""
    return tf.compat.v1.Summary()


def add_tensor(
    summary: tf.compat.v1.Summary,
    tag: str,
    array: np.ndarray[Any, Any],
    plugin: str,
    content: bytes = b"",
) -> None:
    """Add a numeric tensor of any shape to a ``Summary``, with its plugin's metadata."""
    value = summary.value.add()
    value.MergeFrom(_without_values(tag, array.dtype, array.shape, plugin, content))
    value.tensor.tensor_content = array.tobytes()


@lru_cache(maxsize=4096)
def _without_values(
    tag: str, dtype: np.dtype[Any], shape: tuple[int, ...], plugin: str, content: bytes
) -> tf.compat.v1.Summary.Value:
    """Create the shared part of a series' values once: a copy takes a quarter of the time."""
    value = tf.compat.v1.Summary.Value(tag=tag)
    value.metadata.plugin_data.plugin_name = plugin
    value.metadata.plugin_data.content = content
    value.tensor.dtype = tf.as_dtype(dtype).as_datatype_enum
    for size in shape:
        value.tensor.tensor_shape.dim.add(size=size)
    return value


def add_text(summary: tf.compat.v1.Summary, tag: str, text: str) -> None:
    """Add a text to a ``Summary``, as TensorBoard's text plugin shows it."""
    value = summary.value.add(tag=tag)
    value.metadata.plugin_data.plugin_name = "text"
    value.tensor.dtype = tf.string.as_datatype_enum
    value.tensor.tensor_shape.SetInParent()
    value.tensor.string_val.append(text.encode())
