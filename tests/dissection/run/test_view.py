"""Views of runs from rows in any order."""

import numpy as np
import pyarrow as pa
import pytest

from insight_lib.dissection.run.view import QUANTILE_NAMES, STATISTICS, RunView, run_views
from insight_lib.lake.contract import contract
from insight_lib.series.role import Role
from insight_lib.series.series import Series


@pytest.fixture(scope="module")
def scalars():
    rng = np.random.default_rng(5)
    rows = [
        {"run_id": f"r{run}", "stream": stream, "tag": tag, "step": step, "value": rng.normal()}
        | {"wall_time": 100.0 * run + step}
        for run in range(3)
        for stream in ("train", "validation")
        for tag in ("loss", "точность")
        for step in range(4)
    ]
    return [rows[place] for place in rng.permutation(len(rows))]


@pytest.fixture(scope="module")
def layers():
    rng = np.random.default_rng(6)
    schema = contract("layer_stats").schema
    fixed = {"tensor": "kernel", "layer_type": "Dense", "activation": None, "source": "deepinsight"}
    rows = [
        fixed
        | {"run_id": f"r{run}", "layer": layer, "depth": depth, "kind": kind, "step": step}
        | {f.name: rng.random() for f in schema if f.type == pa.float64()}
        | {"count": 12, "quantiles": rng.random(7).tolist()}
        for run in (1, 3)
        for depth, layer in enumerate(("b/1", "a"))
        for kind in ("weight", "update")
        for step in (5, 2, 9)
    ]
    return [rows[place] for place in rng.permutation(len(rows))]


def views_of(scalars, layers):
    schema = contract("scalars").schema
    names = ("run_id", "stream", "tag", "step", "wall_time", "value")
    used = pa.schema([schema.field(name) for name in names])
    again = [row for row in scalars if row["run_id"] == "r1" and row["step"] >= 2]
    return list(
        run_views(
            pa.Table.from_pylist(scalars, schema=used),
            pa.Table.from_pylist(layers, schema=contract("layer_stats").schema),
            {"r1": '{"program": "p"}', "r2": "no json", "r9": "{}"},
            superseded=pa.Table.from_pylist(again, schema=used),
        )
    )


def test_every_run_with_a_scalar_or_a_layer_has_one_view(scalars, layers):
    assert [view.run_id for view in views_of(scalars, layers)] == ["r0", "r1", "r2", "r3"]


def test_a_series_holds_its_own_points_by_rising_step(scalars, layers):
    for view in views_of(scalars, layers):
        for (stream, tag), series in view.scalars.items():
            expected = sorted(
                (row["step"], row["value"])
                for row in scalars
                if (row["run_id"], row["stream"], row["tag"]) == (view.run_id, stream, tag)
            )
            assert list(zip(series.steps, series.values, strict=True)) == expected


def test_a_point_keeps_when_it_was_written_and_a_series_what_was_written_again(scalars, layers):
    for place, view in enumerate(views_of(scalars, layers)[:3]):
        assert view.wall_times.keys() == view.scalars.keys()
        for key, times in view.wall_times.items():
            assert times.tolist() == [100 * place + step for step in view.scalars[key].steps]
        repeated = {key: steps.tolist() for key, steps in view.superseded.items()}
        assert repeated == ({key: [2, 3] for key in view.scalars} if place == 1 else {})


def test_a_tensor_holds_its_own_statistics_by_rising_step(scalars, layers):
    view = views_of(scalars, layers)[1]
    for (layer, tensor, kind), series in view.layers.items():
        rows = sorted(
            (r for r in layers if (r["run_id"], r["layer"], r["kind"]) == ("r1", layer, kind)),
            key=lambda row: row["step"],
        )
        assert tensor == "kernel"
        assert series.steps.tolist() == [2, 5, 9]
        assert series["l2"].tolist() == [row["l2"] for row in rows]
        by_rank = np.array([series[name] for name in QUANTILE_NAMES]).T
        assert by_rank.tolist() == [row["quantiles"] for row in rows]
        assert set(series.statistics) == set(STATISTICS)


def test_tensors_of_a_kind_come_from_the_input_to_the_output(scalars, layers):
    view = views_of(scalars, layers)[1]
    assert [series.layer for series in view.of_kind("weight")] == ["b/1", "a"]


def test_a_configuration_that_is_no_json_object_is_none(scalars, layers):
    configs = {view.run_id: view.config for view in views_of(scalars, layers)}
    assert configs == {"r0": None, "r1": {"program": "p"}, "r2": None, "r3": None}


def test_no_rows_give_no_views():
    assert views_of([], []) == []


def test_chunks_and_dictionaries_of_arrow_make_no_difference(scalars, layers):
    whole = views_of(scalars, layers)
    schema = contract("layer_stats").schema
    parts = [pa.Table.from_pylist(layers[place::3], schema=schema) for place in range(3)]
    chunked = pa.concat_tables(parts)
    encoded = chunked.set_column(0, "run_id", chunked["run_id"].dictionary_encode())
    views = list(run_views(contract("scalars").empty(), encoded, {}))
    assert [view.run_id for view in views] == ["r1", "r3"]
    for view, same in zip(views, (whole[1], whole[3]), strict=True):
        for key, series in view.layers.items():
            assert series["mean"].tolist() == same.layers[key]["mean"].tolist()


def test_series_of_a_role_come_surest_first_and_in_their_unit():
    per_cent = Series(np.arange(3), np.array([10.0, 50.0, 90.0]))
    view = RunView(
        "r", {(".", tag): per_cent for tag in ("a_acc", "b_acc", "train_acc")}, {}, None, {}
    )
    found = view.with_role(Role.ACCURACY)
    assert [one.tag for one in found] == ["train_acc", "a_acc", "b_acc"]
    np.testing.assert_allclose(found[0].series.values, [0.1, 0.5, 0.9])
