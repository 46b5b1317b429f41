import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from insight_lib.errors import InputError
from insight_lib.risk.landmarks import SHARES
from insight_lib.risk.training.learning_table import write_learning_table
from tests.bench.risk.contenders import OURS, boosted_trees, logistic
from tests.bench.risk.entries import courses, savings
from tests.bench.risk.event_time import leads
from tests.bench.risk.figures import figures, rows_at
from tests.bench.risk.learning_curve import scores_of_programs
from tests.bench.risk.out_of_family import log_odds, scores_out_of_family
from tests.bench.risk.pages import BEGIN, END, markdown, study_table, with_table
from tests.bench.risk.ranking import auc
from tests.bench.risk.study_table import read_study
from tests.risk.study.conftest import study_of


def scored(study, make=logistic):
    return scores_out_of_family(study, study.columns(["b_signal"]), make, SHARES)


def test_a_run_that_has_failed_by_then_is_not_judged(study):
    assert np.isin(study.at(0.25), np.flatnonzero(study.table.has_failed)).sum() == 0
    assert study.at(0.5).size == study.at(0.25).size - study.table.has_failed.sum()
    assert rows_at(study, 0.5).already_failed == study.table.has_failed.sum() > 0


@pytest.mark.parametrize("make", [logistic, boosted_trees])
def test_a_score_knows_nothing_of_the_outcomes_of_its_family(outcomes, make):
    failed, signal = outcomes
    before = study_of(failed, signal)
    first = before.family == "family 0"
    runs_of_it = first[:: len(SHARES)]
    after = study_of(np.where(runs_of_it, ~failed, failed), signal)
    judged = np.intersect1d(before.at(0.25), after.at(0.25))
    own, others = judged[first[judged]], judged[~first[judged]]
    once, again = scored(before, make), scored(after, make)
    np.testing.assert_array_equal(once[own], again[own])
    assert (once[others] != again[others]).any()


def test_rows_that_are_not_to_be_foreseen_have_no_score(study):
    found = scored(study)
    assert np.isnan(found[study.table.has_failed]).all()
    assert np.isfinite(found[~study.table.has_failed]).all()


def test_certain_probabilities_have_finite_log_odds():
    assert np.isfinite(log_odds(np.array([0.0, 0.5, 1.0]))).all()
    assert log_odds(np.array([0.5]))[0] == 0


def test_what_foretells_is_ahead_of_what_does_not(study):
    scores = {OURS: scored(study), "noise": study.columns(["b_noise"])[:, 0]}
    found = figures(study, scores)
    for share in (0.1, 0.25):
        assert found[share][OURS].auc > 0.8
        assert abs(found[share]["noise"].auc - 0.5) < 0.12
        compared = found[share]["noise"].compared
        assert compared.families == 6
        assert compared.difference > 0.2
        low, high = found[share][OURS].auc_interval
        assert low < found[share][OURS].auc < high
    assert found[0.5]["noise"].compared is None
    assert found[0.1][OURS].compared is None


def test_non_finite_failures_count_apart(study):
    easy = np.where(study.is_non_finite, 9.0, study.columns(["b_noise"])[:, 0])
    one = figures(study, {OURS: easy})[0.1][OURS]
    assert one.auc > one.auc_finite + 0.05


def test_the_share_of_false_alarms_of_the_worst_family_is_told(study):
    shifted = scored(study) + 50 * (study.family == "family 2")
    one = figures(study, {OURS: shifted})[0.25][OURS]
    assert one.worst_family > 0.25


def test_the_table_has_a_line_for_each_contender(study):
    found = figures(study, {OURS: scored(study), "noise": study.columns(["b_noise"])[:, 0]})
    shown = study_table(found, {share: rows_at(study, share) for share in SHARES})
    assert shown.count("| **ours** |") == shown.count("| noise |") == 3
    assert "At 10% of the run: 216 runs" in shown


def test_what_is_not_known_is_a_dash():
    shown = markdown("Title:", ("a", "b"), [(1, None)])
    assert shown == "Title:\n\n| a | b |\n|---|---|\n| 1 | – |"


def test_the_table_takes_the_place_of_the_one_before():
    page = f"# Risk\n\n{BEGIN}\nold\n{END}\nafter\n"
    assert with_table(page, "new") == f"# Risk\n\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    assert with_table(with_table(page, "new"), "new") == with_table(page, "new")
    with pytest.raises(InputError, match="lacks the line"):
        with_table("# Risk\n", "new")


def test_runs_are_stopped_only_where_they_have_not_failed(study):
    course = courses(study, np.ones(study.failed.size))
    assert np.isnan(course.scores[:, 2]).sum() == study.table.has_failed.sum()
    found = savings(study, scored(study))
    assert found[0.0].saved <= found[0.01].saved <= found[0.01].wasted_before
    assert found[0.0].healthy_stopped == 0


def test_leads_end_where_the_run_failed(study):
    by_kind = {one.kind: one for one in leads(study, np.where(study.failed, 1.0, 0.0))}
    assert by_kind["non_finite"].leads == pytest.approx(0.3)
    assert by_kind["None"].leads == pytest.approx(0.9)
    assert by_kind["all"].flagged == 1
    assert by_kind["all"].failed == by_kind["None"].failed + by_kind["non_finite"].failed


def test_a_score_of_few_programs_is_of_other_families(outcomes, monkeypatch):
    monkeypatch.setattr(
        "tests.bench.risk.learning_curve.MODEL_FEATURES", (type("F", (), {"name": "signal"}),)
    )
    failed, signal = outcomes
    study = study_of(failed, signal)
    few, many = (scores_of_programs(study, 0.25, count, seed=0) for count in (2, 15))
    rows = study.at(0.25)
    assert auc(study.failed[rows], many[rows]) > auc(study.failed[rows], few[rows])
    np.testing.assert_array_equal(many, scores_of_programs(study, 0.25, 15, seed=0))


def test_baselines_are_joined_by_run_and_share(study, tmp_path):
    write_learning_table(study.table, tmp_path / "zoo.parquet")
    values = study.baselines["b_signal"]
    rows = {"run": study.run.tolist(), "share": study.table.share, "b_signal": values}
    shuffled = pa.table(rows).take(np.random.default_rng(0).permutation(values.size))
    pq.write_table(shuffled, tmp_path / "baselines.parquet")
    read = read_study(tmp_path / "zoo.parquet", tmp_path / "baselines.parquet")
    place = {key: at for at, key in enumerate(zip(study.run, study.table.share, strict=True))}
    order = [place[key] for key in zip(read.run, read.table.share, strict=True)]
    np.testing.assert_array_equal(read.baselines["b_signal"], values[order])
    pq.write_table(shuffled.slice(5), tmp_path / "baselines.parquet")
    with pytest.raises(InputError, match="lacks 5 rows"):
        read_study(tmp_path / "zoo.parquet", tmp_path / "baselines.parquet")
