"""What the kernels found in one buffer, before it becomes Arrow tables."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from insight_lib.events.format.kernels import Bytes, Rows
from insight_lib.events.format.tfrecord import RECORD


@dataclass(frozen=True)
class Parsed:
    """The layers of one buffer, each a structured array whose rows number the layer above.

    Attributes:
        buffer: the bytes.
        base_offset: where the buffer starts in its file.
        spans: `framing.SPAN` rows.
        events: `event.EVENT` rows, one a span.
        values: `values.VALUE` rows.
        routes: where each value goes, see `routing.route`.
        tags: for each value the number of its tag.
        tag_names: the tags that ``tags`` numbers.
        plugins: for each value the number of its plugin, or -1.
        plugin_names: the plugins that ``plugins`` numbers.
    """

    buffer: Bytes
    base_offset: int
    spans: Rows
    events: Rows
    values: Rows
    routes: npt.NDArray[np.int64]
    tags: npt.NDArray[np.int32]
    tag_names: list[str]
    plugins: npt.NDArray[np.int32]
    plugin_names: list[str]

    @cached_property
    def odd(self) -> npt.NDArray[np.int64]:
        """The spans that are no intact records, few of many."""
        return np.flatnonzero(self.spans["status"] != RECORD)

    @cached_property
    def bare(self) -> npt.NDArray[np.int64]:
        """The intact events without a value."""
        rows = np.flatnonzero(self.events["values"] == 0)
        return np.compress(self.spans["status"][rows] == RECORD, rows)
