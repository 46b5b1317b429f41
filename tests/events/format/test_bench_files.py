"""The event files of the benchmarks are files that TensorBoard reads."""

from itertools import pairwise

import pytest
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.compat.proto.event_pb2 import Event

from tests.bench.files import FIRST_STEP, TAGS, write_histograms, write_scalars


@pytest.mark.parametrize(
    ("write", "kind"), [(write_scalars, "simple_value"), (write_histograms, "histo")]
)
def test_tensorboards_loader_reads_every_event_of_a_benchmark_file(tmp_path, write, kind):
    path = tmp_path / "events.out.tfevents.1"
    write(path, 1001)
    events = [Event.FromString(record) for record in RawEventFileLoader(str(path)).Load()]
    values = [event.summary.value[0] for event in events]
    assert [event.step for event in events] == [FIRST_STEP + row // 4 for row in range(1001)]
    assert [value.tag for value in values] == [TAGS[row % 4] for row in range(1001)]
    assert {value.WhichOneof("value") for value in values} == {kind}
    assert all(a.wall_time < b.wall_time for a, b in pairwise(events))
