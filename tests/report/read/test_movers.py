"""Which AUCs moved by more than chance."""

from insight_lib.report.read.movers import movers


def evaluated(*aucs, run_id="zoo/a", stderr=0.01, **more):
    return [
        {"run_id": run_id, "step": step, "auc": auc, "auc_stderr": stderr, **more}
        for step, auc in enumerate(aucs)
    ]


def test_falls_come_first_and_what_chance_explains_is_only_counted(rows_of):
    rows = [
        *evaluated(0.7, 0.9, 0.91, run_id="still"),
        *evaluated(0.7, 0.8, run_id="rose"),
        *evaluated(0.9, 0.7, run_id="fell"),
    ]
    found = movers(rows_of("evaluations", *rows), rows_of("score_drift"))
    assert [move.run_id for move in found.shown] == ["fell", "rose"]
    assert found.tested == 3
    fell = found.shown[0]
    assert (fell.step, fell.reference_step) == (1, 0)
    assert f"{fell.move:.3f}, {fell.z:.2f}" == "-0.200, -14.14"


def test_a_run_is_compared_with_the_one_before_it(rows_of):
    rows = [*evaluated(0.9, run_id="a"), *evaluated(0.7, run_id="b")]
    drift = {"run_id": "b", "step": 0, "against": "previous_run", "reference_run_id": "a"}
    tables = rows_of("evaluations", *rows), rows_of("score_drift", drift | {"reference_step": 0})
    [move] = movers(*tables).shown
    assert (move.run_id, move.reference_run_id) == ("b", "a")


def test_an_auc_without_a_standard_error_or_of_a_slice_is_not_compared(rows_of):
    rows = [*evaluated(0.7, 0.9, stderr=None), *evaluated(0.7, 0.9, slice="country=de")]
    found = movers(rows_of("evaluations", *rows), rows_of("score_drift"))
    assert (found.shown, found.tested) == ((), 0)
