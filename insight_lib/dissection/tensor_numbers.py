"""The numbers of the compact statistics, of a tensor itself."""

import numpy as np

from insight_lib.dissection.compact import FloatArray
from insight_lib.dissection.moments import moments_of
from insight_lib.tracer.stats_format import QUANTILES, STATS_FIELDS


def tensor_numbers(tensor: FloatArray, kind: str) -> FloatArray:
    """Return the statistics (27,) of a tensor in the order of ``STATS_FIELDS``.

    NaN is what needs the tensor of another step (``sign_changes``, ``distance``, the rows of an
    embedding), the layer's function (``saturated``) or, but for an activation, units.
    """
    flat = tensor.ravel()
    finite = np.sort(flat[np.isfinite(flat)])
    moments = moments_of(finite)
    nans = int(np.count_nonzero(np.isnan(flat)))
    known: dict[str, float] = {
        "count": flat.size,
        "m2": moments.m2,
        "l1": moments.l1,
        "l2": float(np.sqrt(moments.squares)),
        "zeros": finite.size - int(np.count_nonzero(finite)),
        "nans": nans,
        "infs": flat.size - finite.size - nans,
        "positives": int(np.count_nonzero(finite > 0)),
    }
    if finite.size:
        known |= {"mean": moments.mean, "min": float(finite[0]), "max": float(finite[-1])}
    if kind == "activation":
        known |= _units(tensor)
    numbers = np.array([known.get(name, np.nan) for name in STATS_FIELDS])
    if finite.size:
        numbers[-len(QUANTILES) :] = np.quantile(finite, QUANTILES)
    return numbers


def _units(output: FloatArray) -> dict[str, float]:
    """Count the units, the last axis: all, those of zeros, those the same for several examples."""
    units = output.shape[-1] if output.ndim > 1 else 1
    rows = output.reshape(-1, units)
    known = {"units": float(units), "dead_units": float(np.count_nonzero(~rows.any(axis=0)))}
    if rows.shape[0] > 1:
        known["constant_units"] = float(np.count_nonzero((rows == rows[0]).all(axis=0)))
    return known
