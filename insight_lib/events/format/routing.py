"""Which table each value goes to: scalars, histograms, or whole into artifacts."""

import numpy as np
import numpy.typing as npt

from insight_lib.events.format import tensor_proto
from insight_lib.events.format.histogram_buckets import NO_FIT, histo_buckets, tensor_buckets
from insight_lib.events.format.kernels import Address, Bytes, Rows, address_of, to_int64
from insight_lib.events.format.plugins import HISTOGRAMS, SCALARS
from insight_lib.events.format.summary_value import HISTO, SIMPLE_VALUE, TENSOR
from insight_lib.kernels import kernel

SCALAR = -1
ARTIFACT = -2


def route(buffer: Bytes, values: Rows, plugins: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Decide the table of each value.

    A simple value is a scalar, and so is a tensor of plugin `scalars` that is one number, which is
    written to the row's ``number``. A HistogramProto, and a tensor of plugin `histograms` and of
    shape (k, 3), is a histogram. All else, and whatever of these does not fit, is an artifact.

    Returns:
        For each value `SCALAR`, `ARTIFACT`, or for a histogram the count of its buckets, from 0.
    """
    fields = np.ascontiguousarray(values["field"])
    if ((fields == HISTO) | (fields == TENSOR)).any():
        return look_into(buffer, values, plugins)
    # Most runs log numbers alone: they need not wait until what reads tensors is compiled.
    return np.where(fields == SIMPLE_VALUE, SCALAR, ARTIFACT)


@kernel
def look_into(buffer: Bytes, values: Rows, plugins: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """`route`, whatever the values hold."""
    base = address_of(buffer)
    routes = np.full(len(values), ARTIFACT, np.int64)
    number = np.empty(1, np.float64)
    for row in range(len(values)):
        field = values[row]["field"]
        if field == SIMPLE_VALUE:
            routes[row] = SCALAR
            continue
        if values[row]["merged"] == 1 or field not in (HISTO, TENSOR):
            continue
        start, stop = to_int64(values[row]["data_start"]), to_int64(values[row]["data_stop"])
        buckets = NO_FIT
        if field == HISTO:
            buckets = histo_buckets(base, start, stop)
        elif plugins[row] == HISTOGRAMS:
            buckets = tensor_buckets(base, start, stop)
        elif plugins[row] == SCALARS and _one_number(base, start, stop, number):
            values[row]["number"] = number[0]
            routes[row] = SCALAR
        if buckets != NO_FIT:
            routes[row] = buckets
    return routes


@kernel
def _one_number(base: Address, start: int, stop: int, out: npt.NDArray[np.float64]) -> bool:
    """Write the number of a tensor that holds exactly one; False where it does not."""
    dtype, _, _, elements = tensor_proto.tensor_form(base, start, stop)
    if dtype == tensor_proto.NO_NUMBERS or elements != 1:
        return False
    return tensor_proto.read_numbers(base, start, stop, dtype, out) == 1
