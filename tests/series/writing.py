"""Runs of a few scalars, by TensorBoard's own writer."""

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter


def write_run(folder, first_step=0, **series):
    """Write series into a folder, the tags of which may have ``__`` for ``/``."""
    writer = EventFileWriter(str(folder))
    for tag, values in series.items():
        for step, value in enumerate(values, first_step):
            one = Summary.Value(tag=tag.replace("__", "/"), simple_value=value)
            writer.add_event(Event(wall_time=1.0 + step, step=step, summary=Summary(value=[one])))
    writer.close()
