"""A run that grows while it is watched, as TensorFlow and TensorTracer write it."""

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter


class GrowingRun:
    """A run of one loss that writes some points at a time."""

    def __init__(self, folder):
        self._writer = EventFileWriter(str(folder))
        self._step = 0

    def write(self, values):
        """Write the next points, and flush them."""
        for value in values:
            one = Summary.Value(tag="loss", simple_value=value)
            summary = Summary(value=[one])
            self._writer.add_event(
                Event(wall_time=1.0 + self._step, step=self._step, summary=summary)
            )
            self._step += 1
        self._writer.flush()

    def finish(self):
        """Say that the training came to its end, as TensorFlow's sessions do."""
        stop = SessionLog(status=SessionLog.STOP)
        self._writer.add_event(Event(wall_time=1e3, session_log=stop))
        self._writer.close()
