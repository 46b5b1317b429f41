"""Files of mixed records, before anything happens to them."""

import numpy as np
from tensorboard.compat.proto.event_pb2 import Event, LogMessage
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.util.tensor_util import make_tensor_proto

from tests.events.conftest import frame, mixed_events, scalar_event


def every_kind() -> list[bytes]:
    """Framed events: each member of `Event.what` and each of `Summary.Value`, some twice."""
    values = [
        Summary.Value(tag="picture", image=Summary.Image(height=1, encoded_image_string=b"png")),
        Summary.Value(tag="sound", audio=Summary.Audio(sample_rate=8e3)),
        Summary.Value(tag="old", obsolete_old_style_histogram=b"x"),
        Summary.Value(tag="bare"),
        Summary.Value(tag="half", tensor=make_tensor_proto(np.float16([0.5, 2]))),
        Summary.Value(tag="whole", tensor=make_tensor_proto(np.int64([-1, 2**40]))),
    ]
    events = mixed_events()
    events[-1:] = [
        Event(wall_time=5.0, log_message=LogMessage(level=LogMessage.WARN, message="slow")),
        Event(wall_time=5.5, meta_graph_def=b"meta"),
        Event(wall_time=6.0, step=2**62, summary=Summary(value=values)),
        scalar_event("loss", -5, 0.5),
    ]
    return [frame(event.SerializeToString()) for event in events]


def many_scalars(count: int) -> list[bytes]:
    """Framed events of one value each, all of different length."""
    return [
        frame(scalar_event("t" * (number % 90), number, number / 3).SerializeToString())
        for number in range(count)
    ]
