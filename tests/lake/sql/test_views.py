"""What each view says of a few rows by hand."""

import pytest

from insight_lib.lake.sql import query


@pytest.fixture(scope="module")
def ask(awkward):
    def ask(statement):
        return [tuple(row.values()) for row in query(awkward, statement).to_pylist()]

    return ask


def test_a_run_s_main_finding_is_the_gravest_root_and_counts_are_of_all(ask):
    columns = "errors, warnings, rule, finding, advice, first_step"
    found = ask(f"SELECT {columns} FROM run_overview WHERE run_id = 'a'")  # noqa: S608
    assert found == [(1, 2, "learning_rate_too_high", "Rate too high", "Lower it", 0)]


def test_a_run_without_a_warning_has_no_main_finding(ask):
    columns = "errors, warnings, rule, severity"
    found = ask(f"SELECT {columns} FROM run_overview WHERE run_id = 'b'")  # noqa: S608
    assert found == [(0, 0, None, None)]


def test_every_run_is_overviewed_once(ask):
    assert ask("SELECT run_id FROM run_overview ORDER BY 1") == [("a",), ("b",), ("c",), ("d",)]


def test_the_risk_is_the_latest_score_of_the_model_in_use(ask):
    assert ask("SELECT run_id, probability, cutoff_step FROM risk_today") == [("a", 0.8, 40)]
    assert ask("SELECT risk FROM run_overview WHERE run_id = 'b'") == [(None,)]


def test_the_default_scores_where_no_model_is_current(lake_of):
    models = [{"model_version": "m0", "stage": "default", "features": "[]"}]
    scores = [{"run_id": "a", "model_version": "m0", "probability": 0.4}]
    scored = query(lake_of(risk_models=models, risk_scores=scores), "FROM risk_today")
    assert scored["probability"].to_pylist() == [0.4]


def test_the_latest_evaluation_is_of_each_split_and_slice(ask):
    found = ask("SELECT split, slice, step FROM latest_evaluations WHERE run_id = 'a' ORDER BY ALL")
    assert found == [("test", "", 20), ("validation", "", 40), ("validation", "country=be", 10)]


def test_a_run_is_known_by_its_validation_auc_else_by_another_split_s(ask):
    found = ask("SELECT run_id, split, step, auc FROM main_auc ORDER BY 1")
    assert found == [("a", "validation", 40, None), ("b", "test", 5, 0.7)]


def test_the_trend_of_an_auc_says_what_changed_and_what_is_noise(ask):
    found = ask(
        "SELECT step, round(change, 2), beyond_noise, round(below_best, 2) FROM auc_trend "
        "WHERE run_id = 'a' AND split = 'validation' ORDER BY step"
    )
    assert found == [(10, None, None, 0.0), (20, 0.3, True, 0.0), (30, -0.02, False, 0.02)]


def test_runs_are_ranked_by_current_finite_values_in_the_series_unit(ask):
    found = ask("SELECT measure, name, place, run_id, best, best_step FROM best_runs ORDER BY ALL")
    assert found == [
        ("accuracy", "val/acc", 1, "a", 0.9, 2),
        ("auc", "test", 1, "b", 0.7, 5),
        ("auc", "test", 2, "a", 0.5, 20),
        ("auc", "validation", 1, "a", 0.9, 20),
        ("total_loss", "val/loss", 1, "a", 7.0, 3),
        ("total_loss", "val/loss", 2, "b", 8.0, 0),
    ]


def test_a_layer_is_as_at_the_last_step_of_each_tensor_with_its_gravest_finding(ask):
    columns = "layer, depth, layer_type, last_step, dead_fraction, nonfinite_fraction, "
    columns += "gradient_norm, weight_norm, rule"
    assert ask(f"SELECT {columns} FROM layer_health ORDER BY layer") == [  # noqa: S608
        ("dense", 1, "Dense", 2, 0.9, 0.75, 5.0, None, "dead_units"),
        ("out", None, None, 5, None, None, None, 2.0, None),
    ]


def test_a_finding_that_is_resolved_or_muted_is_not_open(ask):
    found = ask("SELECT run_id, rule FROM open_findings WHERE run_id <> 'a' ORDER BY 1")
    assert found == [("b", "few_examples"), ("d", "overfitting")]


def test_a_new_finding_opened_in_the_last_night_that_judged(ask):
    assert ask("SELECT run_id, rule FROM new_findings") == [("b", "few_examples")]


def test_a_run_s_owner_is_its_own_else_its_experiment_s(ask):
    found = ask("SELECT run_id, owner FROM run_overview ORDER BY 1")
    assert found == [("a", "Ada"), ("b", "Grace"), ("c", "Ada"), ("d", None)]


def test_an_open_finding_says_whether_it_is_a_root(ask):
    found = ask("SELECT rule FROM open_findings WHERE run_id = 'a' AND NOT is_root")
    assert found == [("loss_diverged",)]


def test_people_have_the_last_word_and_a_run_that_writes_has_no_outcome(ask):
    assert ask("SELECT * FROM known_outcomes ORDER BY run_id") == [
        ("a", "failed", "diverged", 3, "run", "it rose"),
        ("b", "healthy", None, None, "person", "as planned"),
        ("c", "unknown", None, None, None, None),
        ("d", "unknown", None, None, None, None),
    ]


def test_every_hyper_parameter_stands_once_next_to_the_outcome(ask):
    columns = "run_id, name, value, number, failed, auc"
    assert ask(f"SELECT {columns} FROM hparam_outcomes ORDER BY run_id, name") == [  # noqa: S608
        ("a", "layers", "3", 3.0, True, None),
        ("a", "lr", "0.1", 0.1, True, None),
        ("a", "optimizer", "sgd", None, True, None),
        ("b", "lr", "1e-3", 0.001, False, 0.7),
        ("b", "optimizer", "adam", None, False, 0.7),
        ("d", "lr", "high", None, None, None),
    ]


def test_a_run_that_was_not_judged_says_what_it_lacks(ask):
    lacks = "loss has 3 points only: 5 are needed"
    assert ask("SELECT run_id, loss, metric FROM runs_not_judged") == [("c", lacks, None)]


def test_durations_are_of_files_that_were_not_replaced_and_kept_a_clock(ask):
    columns = "run_id, place, duration_s, seconds_per_step, round(times_median, 3)"
    assert ask(f"SELECT {columns} FROM slowest_runs ORDER BY place") == [  # noqa: S608
        ("a", 1, 200.5, 5.0125, 1.334),
        ("b", 2, 100.0, 2.5, 0.666),
    ]


def test_the_disk_is_used_by_what_was_not_replaced(ask):
    columns = "run_id, event_files, event_bytes, records, prediction_files, total_bytes"
    assert ask(f"SELECT {columns} FROM disk_use WHERE total_bytes > 5 ORDER BY 1") == [  # noqa: S608
        ("a", 2, 150, 10, 0, 150),
        ("b", 1, 20, 2, 1, 1020),
    ]


def test_freshness_counts_what_is_not_read(ask):
    columns = "log_root, runs, running, files, waiting, unreadable, corrupt, unread_bytes"
    assert ask(f"SELECT {columns} FROM data_freshness ORDER BY 1") == [  # noqa: S608
        ("/logs", 2, 0, 3, 1, 0, 1, 20),
        ("/more", 1, 1, 1, 0, 1, 0, 5),
    ]
    written = ask("SELECT epoch(last_written_at) FROM data_freshness WHERE log_root = '/logs'")
    assert written == [(1_700_000_000.0,)]


def test_damage_is_told_by_file_and_reason(ask):
    assert ask("SELECT * FROM damaged_files ORDER BY file_id") == [
        ("b", "h", "/logs/b/h", "bad CRC", 2, 7, 3),
        ("b", "p", "/logs/b/p.csv", "label 7", 1, 1, 1),
    ]
