"""Rows of ``layer_stats`` from the numbers of the compact statistics."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.dissection.compact import FloatArray
from insight_lib.dissection.grouping import group_spans
from insight_lib.lake.contract import contract
from insight_lib.tracer.stats_format import QUANTILES, STATS_FIELDS, STATS_PLUGIN

SOURCE = STATS_PLUGIN
NOT_YET = (
    "change_since_start",
    "gradient_ratio_to_top",
    "gradient_ratio_to_above",
    "spectral_norm",
    "effective_rank",
    "smoothness",
)


def layer_rows(named: pa.Table, values: FloatArray, described: dict[str, pa.Array]) -> pa.Table:
    """Make the table; ``values`` (n, 27) belong to the rows of ``named`` (n), sorted by key."""
    field = dict(zip(STATS_FIELDS, values.T, strict=True))
    with np.errstate(invalid="ignore", divide="ignore"):
        finite = field["count"] - field["nans"] - field["infs"]
        computed = {
            "std": np.sqrt(field["m2"] / finite),
            "zero_fraction": field["zeros"] / field["count"],
            "nan_fraction": field["nans"] / field["count"],
            "inf_fraction": field["infs"] / field["count"],
            "dead_fraction": field["dead_units"] / field["units"],
            "saturated_fraction": field["saturated"] / finite,
            "positive_fraction": field["positives"] / finite,
            "sign_change_rate": field["sign_changes"] / finite,
            "touched_fraction": field["touched_rows"] / field["rows"],
            "untouched_fraction": field["untouched_rows"] / field["rows"],
            "constant_fraction": field["constant_units"] / field["units"],
        }
    copied = {name: field[name] for name in ("mean", "min", "max")}
    ratio = _update_ratio(named, field["l2"])
    unknown = np.full(len(values), np.nan)
    nullable = copied | computed | {"update_ratio": ratio} | dict.fromkeys(NOT_YET, unknown)
    quantiles = values[:, -len(QUANTILES) :]
    columns = {name: named[name] for name in named.column_names} | described
    columns |= {name: pa.array(numbers, from_pandas=True) for name, numbers in nullable.items()}
    columns |= {name: pa.array(np.nan_to_num(field[name], posinf=np.inf)) for name in ("l1", "l2")}
    columns["count"] = pa.array(field["count"].astype(np.int64))
    columns["quantiles"] = _lists(quantiles)
    columns["source"] = pa.repeat(pa.scalar(SOURCE), len(values))
    return contract("layer_stats").conform(pa.table(columns))


def _lists(values: FloatArray) -> pa.Array:
    offsets = np.arange(0, values.size + 1, values.shape[1], dtype=np.int32)
    return pa.ListArray.from_arrays(offsets, pa.array(np.ascontiguousarray(values).ravel()))


def _update_ratio(named: pa.Table, l2: FloatArray) -> FloatArray:
    """l2 of each update over that of the weight of the same key and step, NaN elsewhere."""
    order, spans = group_spans(named, ("run_id", "layer", "tensor"))
    sizes = [span.stop - span.start for span in spans]
    tensor_of = np.empty(order.size, np.int64)
    tensor_of[order] = np.repeat(np.arange(len(spans)), sizes)
    steps, step_of = np.unique(named["step"].to_numpy(), return_inverse=True)
    place = tensor_of * max(steps.size, 1) + step_of
    weights, updates = (
        np.flatnonzero(pc.equal(named["kind"], kind).to_numpy()) for kind in ("weight", "update")
    )
    ratio = np.full(l2.size, np.nan)
    _, in_updates, in_weights = np.intersect1d(place[updates], place[weights], return_indices=True)
    numerator, denominator = l2[updates[in_updates]], l2[weights[in_weights]]
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio[updates[in_updates]] = np.where(denominator > 0, numerator / denominator, np.nan)
    return ratio
