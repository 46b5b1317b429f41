"""Ratios between tensors and steps, against direct loops over the rows."""

import numpy as np
import pyarrow as pa
import pytest

from insight_lib.dissection.layers.ratios import change_since_start, gradient_ratios

NAMES = ("run_id", "layer", "tensor", "kind", "step")


def table_of(rows):
    rows = sorted(rows, key=lambda row: tuple(row[name] for name in NAMES))
    return rows, pa.table({name: [row[name] for row in rows] for name in NAMES})


def changes(*rows):
    base = {"run_id": "r", "layer": "a", "tensor": "kernel", "kind": "weight"}
    rows, named = table_of([base | row for row in rows])
    distance, l2 = (np.array([row[name] for row in rows]) for name in ("distance", "l2"))
    return change_since_start(named, distance, l2)


def test_the_change_of_a_weight_is_its_distance_over_its_size_at_the_first_traced_step():
    rows = [
        {"layer": layer, "step": step, "distance": float(step * size), "l2": size + step}
        for layer, size in (("a", 2.0), ("b", 5.0))
        for step in (0, 3, 9)
    ]
    np.testing.assert_allclose(changes(*rows), [0, 3, 9, 0, 3, 9])


def test_a_new_process_without_the_first_step_restarts_the_distance():
    rows = [(0, 0.0, 1.0), (5, 2.0, 3.0), (6, 0.0, 4.0), (9, 2.0, 5.0)]
    found = changes(*({"step": s, "distance": d, "l2": n} for s, d, n in rows))
    np.testing.assert_allclose(found, [0.0, 2.0, 0.0, 0.5])


@pytest.mark.parametrize(
    ("first_distance", "first_l2"), [(np.nan, 1.0), (0.5, 1.0), (0.0, 0.0), (0.0, np.nan)]
)
def test_where_the_beginning_is_not_known_or_zero_the_change_is_undefined(first_distance, first_l2):
    found = changes(
        {"step": 0, "distance": first_distance, "l2": first_l2},
        {"step": 1, "distance": 1.0, "l2": 1.0},
    )
    assert np.isnan(found).all()


def test_a_layer_that_appears_midway_begins_where_it_appears():
    found = changes(
        {"layer": "a", "step": 0, "distance": 0.0, "l2": 1.0},
        {"layer": "late", "step": 50, "distance": 0.0, "l2": 4.0},
        {"layer": "late", "step": 60, "distance": 2.0, "l2": 4.0},
    )
    np.testing.assert_allclose(found, [0.0, 0.0, 0.5])


BASE = {"layer_type": "Dense", "zeros": 0.0, "nans": 0.0, "infs": 0.0}


def ratios_by_hand(rows):
    """(to_top, to_above) of every row, by the words of ``gradient_ratios``."""
    flow = [
        r
        for r in rows
        if r["kind"] == "gradient" and r["depth"] is not None and "Norm" not in r["layer_type"]
    ]
    sizes = {}
    for r in flow:
        key = (r["run_id"], r["layer"])
        sizes.setdefault(key, {}).setdefault(r["tensor"], []).append(r["count"])
    main = {
        key: min(tensors, key=lambda name: (-max(tensors[name]), name))
        for key, tensors in sizes.items()
    }
    found = []
    for row in rows:
        same = [
            r
            for r in flow
            if (r["run_id"], r["step"]) == (row["run_id"], row["step"])
            and r["tensor"] == main[r["run_id"], r["layer"]]
            and not r["nans"]
            and not r["infs"]
            and r["l2"] > 0
        ]
        if row not in same:
            found.append((np.nan, np.nan))
            continue
        rms = {r["depth"]: r["l2"] / np.sqrt(r["count"] - r["zeros"]) for r in same}
        deeper = [depth for depth in rms if depth > row["depth"]]
        own = rms[row["depth"]]
        above = own / rms[min(deeper)] if deeper else np.nan
        found.append((own / rms[max(rms)], above))
    return found


def test_gradients_are_compared_with_the_top_and_the_next_layer_as_by_hand():
    rng = np.random.default_rng(1)
    rows = []
    for run in ("r", "s"):
        for depth, (layer, layer_type) in enumerate(
            [("z", "Dense"), ("n", "BatchNormalization"), ("c", "Dense"), ("a", "Dense")]
        ):
            for tensor, count in (("bias", 4), ("kernel", 40), ("alike", 40)):
                for kind in ("gradient", "weight"):
                    for step in (0, 1, 7, 8, 9):
                        row = BASE | {"run_id": run, "layer": layer, "layer_type": layer_type}
                        row |= {"tensor": tensor, "kind": kind, "step": step, "depth": depth}
                        row |= {
                            "count": count,
                            "l2": rng.choice([0.0, 1.0, 2.0, 3.0]) * rng.random(),
                        }
                        row["zeros"] = float(count if row["l2"] == 0 else rng.integers(count))
                        row["nans"] = float(rng.random() < 0.1)
                        rows.append(row)
    rows, named = table_of(rows)
    field = {
        name: np.array([row[name] for row in rows], float)
        for name in ("count", "zeros", "nans", "infs", "l2")
    }
    depth = pa.array([row["depth"] for row in rows], pa.int32())
    layer_type = pa.array([row["layer_type"] for row in rows])
    found = gradient_ratios(named, depth, layer_type, field)
    expected = ratios_by_hand(rows)
    assert sum(np.isfinite(above) for _, above in expected) > 5
    np.testing.assert_allclose(np.transpose(found), expected, rtol=1e-12)


def test_without_a_known_depth_no_gradient_is_compared():
    _, named = table_of(
        [
            {"run_id": "r", "layer": layer, "tensor": "w", "kind": "gradient", "step": 0}
            for layer in "ab"
        ]
    )
    field = dict.fromkeys(("count", "zeros", "nans", "infs", "l2"), np.ones(2))
    unknown = pa.nulls(2, pa.int32())
    assert np.isnan(gradient_ratios(named, unknown, pa.nulls(2, pa.string()), field)).all()
