"""Event files by TensorBoard's own record writer, for tests that need many small ones."""

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter


def write_scalars(path, steps, tag="loss", mode="ab", clock=100.0):
    """Append one event a step; the value is the step's half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open(mode) as file:
        writer = RecordWriter(file)
        for step in steps:
            value = summary_pb2.Summary.Value(tag=tag, simple_value=step / 2)
            event = event_pb2.Event(
                wall_time=clock + step, step=step, summary=summary_pb2.Summary(value=[value])
            )
            writer.write(event.SerializeToString())
