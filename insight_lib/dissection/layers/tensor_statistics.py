"""The numbers of the compact statistics, of a tensor itself."""

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.tracer.statistics.tensor_statistics import activation_facts, moment_fields
from insight_lib.tracer.stats_format import QUANTILES, STATS_FIELDS

_OF_UNITS = ("units", "dead_units", "constant_units")


def tensor_numbers(tensor: Floats, kind: str) -> Floats:
    """Return the statistics (27,) of a tensor in the order of ``STATS_FIELDS``.

    They are what TensorTracer writes of it, but for the quantiles, which are of all elements
    however many there are. NaN is what needs the tensor of another step (``sign_changes``,
    ``distance``, the rows of an embedding), the layer's function (``saturated``) or, but for an
    activation with elements, units. A sum beyond the largest double is infinite.
    """
    row = tensor.ravel()
    with np.errstate(over="ignore", invalid="ignore"):
        numbers: Floats = moment_fields([row])[0]
    if kind == "activation" and tensor.size:
        facts = activation_facts(tensor, None)
        for name in _OF_UNITS:
            numbers[STATS_FIELDS.index(name)] = facts[name]
    finite = row[np.isfinite(row)]
    if finite.size:
        numbers[-len(QUANTILES) :] = np.quantile(finite, QUANTILES)
    return numbers
