"""Small tables for the risk tests: each row states only what differs from a healthy one."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from insight_lib.lake.contract import contract

SCALARS = pa.schema(
    {
        "run_id": pa.string(),
        "stream": pa.string(),
        "tag": pa.string(),
        "step": pa.int64(),
        "wall_time": pa.float64(),
        "value": pa.float64(),
    }
)
LAYER_STATS = contract("layer_stats").schema
FEATURES = pa.schema(
    {
        "run_id": pa.string(),
        "cutoff_step": pa.int64(),
        "features": pa.map_(pa.string(), pa.float64()),
    }
)
LABELS = pa.schema(
    {
        "run_id": pa.string(),
        "label": pa.string(),
        "reason": pa.string(),
        "labelled_at": pa.timestamp("us", tz="UTC"),
    }
)

Curves = Mapping[tuple[str, str], Iterable[tuple[int, float]]]


@pytest.fixture(scope="session")
def scalars() -> Callable[..., pa.Table]:
    """scalars({(stream, tag): [(step, value), ...]}, run_id="logs/a") -> table."""

    def build(curves: Curves, run_id: str = "logs/a") -> pa.Table:
        rows = [
            {"run_id": run_id, "stream": s, "tag": t, "step": step, "wall_time": 0.0, "value": v}
            for (s, t), points in curves.items()
            for step, v in points
        ]
        return pa.Table.from_pylist(rows, schema=SCALARS)

    return build


@pytest.fixture(scope="session")
def layer_stats() -> Callable[..., pa.Table]:
    """layer_stats(dict(layer=..., step=..., ...), ..., run_id="logs/a") -> table."""

    def build(*rows: Mapping[str, object], run_id: str = "logs/a") -> pa.Table:
        base = {
            "run_id": run_id,
            "layer": "dense",
            "tensor": "kernel",
            "kind": "weight",
            "step": 0,
            "depth": 0,
            "layer_type": "Dense",
            "count": 100,
            "mean": 0.0,
            "std": 0.1,
            "min": -0.3,
            "max": 0.3,
            "l1": 8.0,
            "l2": 1.0,
            "zero_fraction": 0.0,
            "nan_fraction": 0.0,
            "inf_fraction": 0.0,
            "quantiles": [-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3],
            "source": "test",
        }
        return pa.Table.from_pylist([base | row for row in rows], schema=LAYER_STATS)

    return build


@pytest.fixture(scope="session")
def feature_rows() -> Callable[..., pa.Table]:
    """feature_rows({run_id: {feature: value}}) -> rows of run_features."""

    def build(runs: Mapping[str, Mapping[str, float | None]]) -> pa.Table:
        rows = [
            {"run_id": run, "cutoff_step": 10, "features": list(known.items())}
            for run, known in runs.items()
        ]
        return pa.Table.from_pylist(rows, schema=FEATURES)

    return build


@pytest.fixture(scope="session")
def label_rows() -> Callable[..., pa.Table]:
    """label_rows({run_id: label}) -> rows of run_labels."""

    def build(labels: Mapping[str, str]) -> pa.Table:
        rows = [
            {"run_id": run, "label": label, "labelled_at": datetime(2024, 1, 1, tzinfo=UTC)}
            for run, label in labels.items()
        ]
        return pa.Table.from_pylist(rows, schema=LABELS)

    return build
