"""The records of a run's page."""

import json

import pytest

from insight_lib.report.read.configuration import MAX_RAW, configuration
from insight_lib.report.read.evaluations import final_curves, final_evaluations
from insight_lib.report.read.index_page import read_night
from insight_lib.report.read.run_page import RUNS_AT_A_TIME, read_pages


def test_bulk_tables_are_read_for_a_few_runs_at_a_time(lake, generated_at):
    names = [f"run{at:03}" for at in range(2 * RUNS_AT_A_TIME + 1)]
    tables = lake(
        runs=[{"run_id": name} for name in names],
        scalars=[{"run_id": name, "value": float(at)} for at, name in enumerate(names)],
    )
    rows = read_night(tables, generated_at).runs
    pages = list(read_pages(tables, rows))
    assert [page.row.run_id for page in pages] == names
    values = [page.charts[0].series[0].values.tolist() for page in pages]
    assert values == [[float(at)] for at in range(len(names))]
    asked = [count for name, count in tables.asked if name == "scalars"]
    assert asked == [RUNS_AT_A_TIME, RUNS_AT_A_TIME, 1]


def test_a_run_with_nothing_but_its_row_has_an_empty_page(lake, generated_at):
    tables = lake(runs=[{}])
    (page,) = read_pages(tables, read_night(tables, generated_at).runs)
    assert (page.charts, page.grids, page.auc, page.curves, page.findings) == ((),) * 5
    assert (page.writer, page.label_reason, page.quarantine.total) == (None, None, 0)


def test_artifacts_are_counted_by_plugin_stream_and_tag(lake, generated_at):
    written = [{"step": 1}, {"step": 2}, {"tag": "image", "plugin": "images"}]
    tables = lake(runs=[{}], artifacts=written)
    (page,) = read_pages(tables, read_night(tables, generated_at).runs)
    counts = [(each.plugin, each.tag, each.count) for each in page.artifacts]
    assert counts == [("images", "image", 1), ("text", "t", 2)]


def test_curves_are_those_of_the_last_step_in_order_of_their_points(rows_of):
    table = rows_of(
        "curves",
        {"step": 9, "point": 1, "x": 1.0, "y": 0.9},
        {"step": 9, "point": 0, "x": 0.0, "y": 0.1},
        {"step": 10, "point": 0, "x": 0.5, "y": 0.5, "slice": "a=b"},
        {"step": 8, "point": 0, "x": 0.3, "y": 0.3},
        {"step": 8, "point": 0, "x": 0.4, "y": 0.4, "curve": "pr", "split": "test"},
    )
    found = [(each.curve, each.split, each.step, each.x.tolist()) for each in final_curves(table)]
    assert found == [("roc", "validation", 9, [0.0, 1.0]), ("pr", "test", 8, [0.4])]


def test_metrics_are_those_of_the_last_step_and_slices_come_last(rows_of):
    rows = rows_of(
        "evaluations",
        {"step": 1, "auc": 0.1},
        {"step": 2, "auc": 0.2},
        {"step": 2, "slice": "a=b", "auc": None, "undefined_reason": "one class only"},
        {"step": 1, "split": "test", "auc": 0.3},
    ).to_pylist()
    found = [(each.split, each.part, each.auc.auc) for each in final_evaluations(rows, [])]
    assert found == [("validation", "", 0.2), ("test", "", 0.3), ("validation", "a=b", None)]


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_topology_is_a_table_of_what_its_layers_tell(wrapped):
    layers = [{"name": "a", "units": 3}, {"name": "b", "shape": [1, 2]}]
    topology = json.dumps({"layers": layers} if wrapped else layers)
    found = configuration([], None, topology, None)
    assert found.columns == ("name", "units", "shape")
    assert found.layers == (("a", "3", ""), ("b", "", "1, 2"))


@pytest.mark.parametrize("topology", [None, "", "{broken", "3", '{"layers": 4}', "[[1], 2]"])
def test_a_topology_of_another_form_is_no_table(topology):
    assert configuration([], None, topology, None).layers == ()


def test_very_many_hyper_parameters_are_cut_and_counted():
    found = configuration([(f"name{at:03}", "1") for at in range(300)], None, None, None)
    assert (len(found.hparams), found.hparams_total) == (200, 300)
    assert found.hparams[0] == ("name000", "1")


def test_a_configuration_is_indented_and_a_huge_one_is_cut():
    assert configuration([], '{"a":{"b":1}}', None, None).raw == '{\n  "a": {\n    "b": 1\n  }\n}'
    raw = configuration([], json.dumps({"text": "x" * 500_000}), None, None).raw
    assert len(raw) < MAX_RAW + 100
    assert "the middle is left out" in raw


def test_what_a_run_recorded_is_listed_by_dotted_names_and_what_is_not_there_is_left_out():
    layers = [{"name": "a", "activation": None, "weights": {"kernel": [2, 3]}, "regularizers": {}}]
    config = {"optimizer": {"name": "Adam", "learning_rate": 0.5}, "data": None, "topology": layers}
    found = configuration([], json.dumps(config), json.dumps(layers), "graph def: no message")
    assert found.settings == (("optimizer.name", "Adam"), ("optimizer.learning_rate", "0.5"))
    assert found.columns == ("name", "weights")
    assert found.problems == "graph def: no message"
