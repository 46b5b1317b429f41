"""Rows of ``layer_stats`` from the numbers of the summaries."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.columnar.arrays import Booleans, Floats
from insight_lib.dissection.layers.lists import lists
from insight_lib.dissection.layers.measure import NUMBERS
from insight_lib.dissection.layers.ratios import change_since_start, gradient_ratios, update_ratio
from insight_lib.lake.contract import contract
from insight_lib.tracer.stats_format import QUANTILES, STATS_FIELDS

_COPIED = ("mean", "min", "max", "l1", "l2", "spectral_norm", "effective_rank")


def layer_rows(named: pa.Table, numbers: Floats, described: dict[str, pa.Array]) -> pa.Table:
    """Make the table.

    Args:
        named: run_id, layer, tensor, kind, step and source of n rows, sorted by all but the last.
        numbers: (n, 30) in the order of ``NUMBERS``.
        described: columns of what is known of their layers.
    """
    field = dict(zip(NUMBERS, numbers.T, strict=True))
    is_convolution = _is_convolution(described["layer_type"])
    ratios = gradient_ratios(named, described["depth"], described["layer_type"], field)
    computed = _shares(field, described["shape"]) | {name: field[name] for name in _COPIED}
    computed |= {
        "update_ratio": update_ratio(named, field["l2"]),
        "change_since_start": change_since_start(named, field["distance"], field["l2"]),
        "gradient_ratio_to_top": ratios[0],
        "gradient_ratio_to_above": ratios[1],
        "smoothness": np.where(is_convolution, field["smoothness"], np.nan),
    }
    columns = {name: named[name] for name in named.column_names} | described
    columns |= {name: pa.array(each, from_pandas=True) for name, each in computed.items()}
    columns["count"] = pa.array(field["count"], from_pandas=True).cast(pa.int64())
    first_quantile = len(STATS_FIELDS) - len(QUANTILES)
    columns["quantiles"] = lists(numbers[:, first_quantile : len(STATS_FIELDS)])
    return contract("layer_stats").conform(pa.table(columns))


def _shares(field: dict[str, Floats], shapes: pa.Array) -> dict[str, Floats]:
    table_rows = _table_rows(shapes, np.isfinite(field["untouched_rows"]))
    with np.errstate(invalid="ignore", divide="ignore"):
        # What a summary does not know to be there is taken to be none of it.
        finite = field["count"] - np.nan_to_num(field["nans"]) - np.nan_to_num(field["infs"])
        return {
            "std": np.sqrt(field["m2"] / finite),
            "zero_fraction": field["zeros"] / field["count"],
            "nan_fraction": field["nans"] / field["count"],
            "inf_fraction": field["infs"] / field["count"],
            "dead_fraction": field["dead_units"] / field["units"],
            "saturated_fraction": field["saturated"] / finite,
            "positive_fraction": field["positives"] / finite,
            "sign_change_rate": field["sign_changes"] / finite,
            "touched_fraction": field["touched_rows"] / field["rows"],
            "untouched_fraction": field["untouched_rows"] / table_rows,
            "constant_fraction": field["constant_units"] / field["units"],
        }


def _table_rows(shapes: pa.Array, wanted: Booleans) -> Floats:
    """Return the first axis (n,) of the tensors that are wanted; NaN for others or unknown."""
    rows = np.full(len(shapes), np.nan)
    for place in np.flatnonzero(wanted):
        shape = shapes[int(place)].as_py()
        rows[place] = shape[0] if shape and shape[0] else np.nan
    return rows


def _is_convolution(layer_types: pa.Array) -> Booleans:
    found = pc.match_substring(layer_types, "Conv").fill_null(False)
    return np.asarray(found.to_numpy(zero_copy_only=False), np.bool_)
