"""The scalar series of any number of runs, as numpy arrays."""

import pyarrow as pa

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.grouping import group_spans, keys_of
from insight_lib.series.series import Key, Series


def series_by_run(scalars: pa.Table) -> dict[str, dict[Key, tuple[Series, Floats]]]:
    """Return each run's series, steps as written, with the wall times of their points.

    The table is sorted once and then cut, so that a series costs a few slices.

    Args:
        scalars: run_id, stream, tag, step, wall_time and value, in any order; those of one step in
            the order of writing.
    """
    names = ("run_id", "stream", "tag")
    order, spans = group_spans(scalars, names, "step")
    steps = scalars["step"].to_numpy()[order]
    values, times = (scalars[name].to_numpy()[order] for name in ("value", "wall_time"))
    runs: dict[str, dict[Key, tuple[Series, Floats]]] = {}
    keys = keys_of(scalars, names, order, spans)
    for (run_id, stream, tag), span in zip(keys, spans, strict=True):
        runs.setdefault(run_id, {})[stream, tag] = Series(steps[span], values[span]), times[span]
    return runs
