"""Builds runs for the rules from plain descriptions."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from insight_lib.dissection.dissect import dissect
from insight_lib.dissection.run.view import RunView, run_views
from insight_lib.lake.contract import contract

RUN_ID = "logs/run"
BASE_ROW = dict.fromkeys(contract("layer_stats").schema.names) | {
    "run_id": RUN_ID,
    "tensor": "kernel",
    "depth": 0,
    "layer_type": "Dense",
    "activation": None,
    "count": 100,
    "l1": 1.0,
    "l2": 1.0,
    "zero_fraction": 0.0,
    "nan_fraction": 0.0,
    "inf_fraction": 0.0,
    "quantiles": [0.0] * 7,
    "source": "deepinsight",
}


def scalar_rows(case: Mapping[str, Any]) -> pa.Table:
    """``case["scalars"]`` maps ``<stream>:<tag>`` to values, at steps 0, 1, ... or ``steps``.

    They were written a second apart, or at ``case["wall_times"]``.
    """
    rows = []
    for name, values in case.get("scalars", {}).items():
        times = case.get("wall_times", range(len(values)))
        steps = _steps(case, len(values))
        rows += [_scalar(name, *one) for one in zip(steps, values, times, strict=True)]
    return _scalars(rows)


def superseded_rows(case: Mapping[str, Any]) -> pa.Table:
    """``case["superseded"]`` maps ``<stream>:<tag>`` to the steps that were written again."""
    listed = case.get("superseded", {}).items()
    return _scalars([_scalar(name, step, 0.0, 0.0) for name, steps in listed for step in steps])


def _scalar(name: str, step: int, value: float, wall_time: float) -> dict[str, Any]:
    stream, _, tag = name.partition(":")
    row = {"run_id": RUN_ID, "stream": stream, "tag": tag, "step": step, "value": value}
    return row | {"wall_time": float(wall_time), "file_id": "f", "record_offset": step}


def _scalars(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    names = [n for n in contract("scalars").schema.names if n != "value_index"]
    schema = pa.schema([contract("scalars").schema.field(name) for name in names])
    return pa.Table.from_pylist(rows, schema=schema)


def layer_rows(case: Mapping[str, Any]) -> pa.Table:
    """Each of ``case["layers"]`` is a tensor; a list is a statistic over steps, NaN a null.

    A shape and quantiles are the same at all steps.
    """
    rows = []
    for tensor in case.get("layers", []):
        listed = {
            name: value
            for name, value in tensor.items()
            if isinstance(value, list) and name not in ("shape", "quantiles")
        }
        fixed = {name: value for name, value in tensor.items() if name not in listed}
        points = max(
            (len(values) for values in listed.values()), default=len(case.get("steps", []))
        )
        for place, step in enumerate(_steps(case, points)):
            at_step = {name: _known(values[place]) for name, values in listed.items()}
            rows.append(BASE_ROW | {"step": step} | fixed | at_step)
    return pa.Table.from_pylist(rows, schema=contract("layer_stats").schema)


def sample_rows(case: Mapping[str, Any]) -> pa.Table:
    """``case["samples"]`` maps a split to the ``sample_counts`` of each step, ``rows`` at least.

    Rows are counted, named and not repeated unless the description says otherwise.
    """
    rows = []
    for split, counts in case.get("samples", {}).items():
        for step, told in zip(_steps(case, len(counts)), counts, strict=True):
            row = {"run_id": RUN_ID, "split": split, "step": step, "repeated": 0}
            row |= {"counted": told["rows"], "named": told["rows"]}
            rows.append(row | {"repeated_example": None} | told)
    return pa.Table.from_pylist(rows, schema=contract("sample_counts").schema)


@pytest.fixture(scope="session")
def make_view() -> Callable[[Mapping[str, Any]], RunView]:
    """Make the view of a run from its description; see the functions above.

    ``case["config"]`` is its recorded configuration. ``case["earlier"]`` are descriptions of its
    earlier trainings. ``case["interleaved"]`` and ``case["wrapped"]`` map ``<stream>:<tag>`` to
    what the view holds under these names.
    """

    def make(case: Mapping[str, Any]) -> RunView:
        configs = {RUN_ID: json.dumps(case["config"])} if "config" in case else {}
        tables = (scalar_rows(case), layer_rows(case), configs, sample_rows(case))
        views = list(run_views(*tables, superseded_rows(case)))
        if not views:
            return RunView(RUN_ID, {}, {}, None, {})
        earlier = map(make, case.get("earlier", []))
        return replace(
            views[0],
            earlier=tuple(replace(one, found=tuple(dissect([one]))) for one in earlier),
            interleaved=_by_key(case.get("interleaved", {})),
            wrapped=_by_key(case.get("wrapped", {})),
        )

    return make


def _by_key(named: Mapping[str, int]) -> dict[tuple[str, str], int]:
    return {(name.partition(":")[0], name.partition(":")[2]): n for name, n in named.items()}


def _steps(case: Mapping[str, Any], points: int) -> Sequence[int]:
    steps = case.get("steps", range(points))
    return steps[:points]


def _known(value: float) -> float | None:
    return None if isinstance(value, float) and math.isnan(value) else value
