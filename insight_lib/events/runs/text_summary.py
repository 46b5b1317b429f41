"""The text of a text summary, from the Summary.Value message that ``artifacts`` keeps."""

import numpy as np

from insight_lib.events.format.protobuf import find_field

# summary.proto, Summary.Value; tensor.proto, TensorProto
_TENSOR = 8
_STRING_VAL = 8


def summary_text(payload: bytes) -> str | None:
    """Return the text of a string tensor (its last element), None where there is none."""
    message = np.frombuffer(payload, np.uint8)
    start, stop = find_field(message, 0, len(message), _TENSOR)
    start, stop = find_field(message, start, stop, _STRING_VAL)
    return payload[start:stop].decode("utf-8", errors="replace") if stop > start else None
