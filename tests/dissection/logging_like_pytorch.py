"""Event files as PyTorch's ``SummaryWriter`` writes them: its buckets, its fields, its records."""

import numpy as np
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

# torch/utils/tensorboard/writer.py: a tenth wider from bucket to bucket, and what is not finite in
# none.
_UP = 1e-12 * 1.1 ** np.arange(774)
EDGES = np.concatenate([-_UP[::-1], [0.0], _UP])


class Writer:
    """Writes scalars and histograms to one event file."""

    def __init__(self, folder):
        folder.mkdir(parents=True)
        self._file = (folder / "events.out.tfevents.1700000000.host.1.0").open("wb")
        self._writer = RecordWriter(self._file)
        self._writer.write(event_pb2.Event(file_version="brain.Event:2").SerializeToString())

    def add_scalar(self, tag, value, step):
        self._write(summary_pb2.Summary.Value(tag=tag, simple_value=value), step)

    def add_histogram(self, tag, values, step):
        values = np.ravel(values)
        counts, _ = np.histogram(values[np.isfinite(values)], EDGES)
        filled = np.flatnonzero(counts)
        if not filled.size:
            raise ValueError("The histogram is empty")  # as PyTorch does
        kept = slice(filled[0], filled[-1] + 1)
        histogram = summary_pb2.HistogramProto(
            min=values.min(),
            max=values.max(),
            num=values.size,
            sum=values.sum(),
            sum_squares=values @ values,
            bucket_limit=EDGES[1:][kept].tolist(),
            bucket=counts[kept].tolist(),
        )
        self._write(summary_pb2.Summary.Value(tag=tag, histo=histogram), step)

    def close(self):
        self._file.close()

    def _write(self, value, step):
        summary = summary_pb2.Summary(value=[value])
        event = event_pb2.Event(wall_time=100.0 + step, step=step, summary=summary)
        self._writer.write(event.SerializeToString())
