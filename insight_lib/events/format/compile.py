"""How this package's kernels are compiled ahead, and what is said while they are compiled."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from numba.core import event

from insight_lib.events.format.columns import fill_buckets
from insight_lib.events.format.decode import decode
from insight_lib.events.format.plugins import inherit
from insight_lib.events.format.protobuf import find_field
from insight_lib.events.format.protobuf_fields import fields
from insight_lib.events.format.resync import search
from insight_lib.events.format.routing import look_into
from insight_lib.events.format.summary_value import VALUE
from insight_lib.events.format.tfrecord import needed_bytes
from insight_lib.kernels import compiles_ahead

COMPILING = "compiling the decoder for this machine, once: up to half a minute ..."
# A record of the event `file_version: "v"`: length, checksum, payload, checksum.
_ONE_EVENT = bytes.fromhex("0300000000000000b099490e1a01769f31d7d5")


@compiles_ahead
def _call_kernels() -> None:
    # One event of no summary, since no rows are written out of nothing at all.
    decode(_ONE_EVENT, 0, {})
    # The other kernels run over any number of rows, so no rows are enough.
    nothing = np.frombuffer(b"", np.uint8)
    rows, numbers = np.empty(0, np.int64), [np.empty(0, np.float64) for _ in range(3)]
    fill_buckets(nothing, np.empty(0, VALUE), rows, np.zeros(1, np.int64), *numbers)
    look_into(nothing, np.empty(0, VALUE), np.empty(0, np.int32))
    inherit(*(np.empty(0, np.int32) for _ in range(4)))
    needed_bytes(nothing)
    search(nothing, 0)
    find_field(nothing, 0, 0, 1)
    fields(b"\x08\x01")


@contextmanager
def compiling_told(tell: Callable[[str], None]) -> Iterator[None]:
    """Say what is waited for if kernels are compiled in the block, as an installation's first are.

    Args:
        tell: Called once, before the first kernel is compiled; never where all are kept on disk.
    """
    with event.install_listener("numba:compile", _First(tell)):
        yield


class _First(event.Listener):
    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._is_told = False

    def on_start(self, event: event.Event) -> None:  # noqa: ARG002
        if not self._is_told:
            self._is_told = True
            self._tell(COMPILING)

    def on_end(self, event: event.Event) -> None:
        pass
