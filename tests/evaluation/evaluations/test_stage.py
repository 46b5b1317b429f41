"""Evaluations of a real lake, night after night."""

import functools
import operator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from sklearn.metrics import roc_auc_score

from insight_lib.evaluation import reading
from insight_lib.evaluation.evaluations import large_keys, merged_task, plan_tasks, run_task
from insight_lib.evaluation.evaluations.compute import NOTHING, Kept, evaluate_run
from insight_lib.evaluation.evaluations.stage import evaluate_new_predictions
from insight_lib.evaluation.evaluations.stored_states import StateFiles
from insight_lib.evaluation.evaluations.tables import TABLES
from insight_lib.evaluation.metrics.score_kind import ScoreKind
from insight_lib.lake import parquet
from insight_lib.lake.batch_log import (
    LEDGERS,
    finish_plan,
    runs_between,
    settled_batch,
    write_plan,
)
from insight_lib.lake.tables import Lake
from insight_lib.predictions.formats.column_mapping import Columns
from tests.evaluation.nights import bring_events, bring_predictions

KEY = ["run_id", "step", "split", "slice"]


@pytest.fixture
def bring(tmp_path, lake, here):
    """Write prediction files, ingest them as one batch, and evaluate what is new."""

    def bring(files, workers=here, *, evaluate=True, columns=None):
        bring_predictions(lake, workers, tmp_path / "logs", files, columns)
        return evaluate_new_predictions(lake, workers) if evaluate else None

    return bring


def predictions(rows, seed, step=0, **more):
    rng = np.random.default_rng(seed)
    label = (rng.random(rows) < 0.1).astype(float)
    score = 1 / (1 + np.exp(-rng.normal(label - 3, 1.2)))
    weight = rng.integers(1, 4, rows) / 2
    return pa.table(
        {"label": label, "score": score, "weight": weight, "step": [step] * rows} | more
    )


def sliced(rows, seed, step=0):
    country = np.random.default_rng(seed).choice(["de", "fr"], rows)
    return predictions(rows, seed, step, country=country)


def in_order(rows):
    order = [name for name in (*KEY, "curve", "point", "bucket") if name in rows.schema.names]
    return sorted(rows.to_pylist(), key=lambda row: [row[name] for name in order])


def assert_as_evaluated_at_once(lake, kept=NOTHING):
    """All tables are what one evaluation of all rows gives, up to rounding and within bounds."""
    whole = evaluate_run(lake.read("predictions"), kept)
    for name in ("score_histograms", "probability_sums"):
        for found, wanted in zip(
            in_order(lake.read(name)), in_order(getattr(whole, name)), strict=True
        ):
            assert found == {
                k: pytest.approx(v, rel=1e-12) if isinstance(v, float) else v
                for k, v in wanted.items()
            }
    for found, wanted in zip(
        in_order(lake.read("evaluations")), in_order(whole.evaluations), strict=True
    ):
        assert_same_metrics(found, wanted)
    curves = [
        {tuple(row[name] for name in [*KEY, "curve"]) for row in in_order(table)}
        for table in (lake.read("curves"), whole.curves)
    ]
    assert curves[0] == curves[1]


def assert_same_metrics(found, wanted):
    for name, value in wanted.items():
        # Which cells were split differs, so what they bound may differ within the tolerance.
        loose = name.startswith(("auc", "average", "calibration", "ks", "best"))
        if isinstance(value, float):
            assert found[name] == pytest.approx(value, abs=2e-4 if loose else 0, rel=1e-9), name
        else:
            assert found[name] == value, name


def assert_bounds_hold(lake):
    whole = [row for row in lake.read("evaluations").to_pylist() if row["slice"] == ""]
    assert whole
    for found in whole:
        exact = exact_auc(lake, run_id=found["run_id"], step=found["step"])
        assert found["auc_lower"] <= exact <= found["auc_upper"]
        gap = found["auc_upper"] - found["auc_lower"]
        assert gap <= min(1e-4, found["auc_stderr"] / 100) + 1e-10


def exact_auc(lake, **key):
    conditions = [pc.field(name) == value for name, value in key.items()]
    rows = lake.read("predictions", where=functools.reduce(operator.and_, conditions))
    label, score, weight = (rows[name].to_numpy() for name in ("label", "score", "weight"))
    return roc_auc_score(label, score, sample_weight=weight)


def test_a_night_is_evaluated_as_all_rows_at_once(lake, bring):
    files = {
        f"{run}/predictions/{step}.parquet": sliced(3_000, seed, step)
        for seed, (run, step) in enumerate([("a", 1), ("a", 2), ("b", 1)])
    }
    assert bring(files) == ["logs/a", "logs/b"]
    assert_as_evaluated_at_once(lake)
    assert_bounds_hold(lake)


def test_rows_that_come_later_are_merged_with_what_is_kept(lake, bring):
    bring(
        {"a/predictions/0.parquet": sliced(4_000, 1, 5), "b/predictions/0.parquet": sliced(500, 2)}
    )
    assert bring({"a/predictions/1.parquet": sliced(3_000, 3, 5)}) == ["logs/a"]
    assert_as_evaluated_at_once(lake)
    assert_bounds_hold(lake)


def test_a_later_step_takes_the_curves(lake, bring):
    bring(
        {"a/predictions/0.parquet": sliced(900, 1, 5), "a/predictions/1.parquet": sliced(800, 2, 6)}
    )
    bring({"a/predictions/2.parquet": predictions(900, 3, 7)})
    assert set(lake.read("curves")["step"].to_pylist()) == {7}
    bring({"a/predictions/3.parquet": predictions(900, 4, 2)})
    assert set(lake.read("curves")["step"].to_pylist()) == {7}
    assert_as_evaluated_at_once(lake)


def test_a_rewritten_file_is_evaluated_by_its_new_rows_only(lake, bring):
    bring(
        {
            "a/predictions/0.parquet": sliced(900, 1, 5),
            "a/predictions/1.parquet": sliced(800, 2, 6),
            "b/predictions/0.parquet": sliced(700, 3),
        }
    )
    assert bring({"a/predictions/1.parquet": sliced(600, 4, 3)}) == ["logs/a"]
    assert_as_evaluated_at_once(lake)
    assert set(lake.read("evaluations")["step"].to_pylist()) == {0, 3, 5}


def test_nothing_new_commits_nothing_and_asks_no_worker(lake, bring, here):
    bring({"a/predictions/0.parquet": sliced(900, 1)})
    versions = [lake.delta(name).version() for name in TABLES]
    asked = len(here.asked)
    assert bring({}) == []
    assert [lake.delta(name).version() for name in TABLES] == versions
    assert len(here.asked) == asked


def test_a_renamed_file_counts_once_also_on_a_night_that_replaces_another_runs_file(
    tmp_path, lake, bring
):
    names = [f"{run}/predictions/0.parquet" for run in ("a", "b", "c")]
    bring({name: predictions(400, seed) for seed, name in enumerate(names)})
    here = tmp_path / "logs/a/predictions"
    (here / "0.parquet").rename(here / "1.parquet")
    assert bring({names[1]: predictions(300, 7)}) == ["logs/b"]
    assert sorted(lake.read("evaluations")["rows"].to_pylist()) == [300, 400, 400]
    assert_as_evaluated_at_once(lake)


def test_new_event_files_alone_evaluate_nothing(lake, bring, here):
    bring({"a/predictions/0.parquet": sliced(900, 1)})
    batch = bring_events(lake, "logs/a")
    assert runs_between(lake, batch - 1, settled_batch(lake), LEDGERS.values()) == ["logs/a"]
    asked = len(here.asked)
    assert evaluate_new_predictions(lake, here) == []
    assert len(here.asked) == asked


@pytest.mark.slow
@pytest.mark.parametrize("cut_off_at", TABLES)
def test_an_evaluation_interrupted_between_commits_counts_each_row_once(
    lake, bring, cut_off_at, monkeypatch, here
):
    bring({"a/predictions/0.parquet": sliced(900, 1), "b/predictions/0.parquet": sliced(800, 2)})
    bring({"a/predictions/1.parquet": sliced(700, 3)}, evaluate=False)
    replace_where = Lake.replace_where

    def cut_off(self, name, *rest):
        if name == cut_off_at:
            raise KeyboardInterrupt
        replace_where(self, name, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(Lake, "replace_where", cut_off)
        with pytest.raises(KeyboardInterrupt):
            evaluate_new_predictions(lake, here)
    assert evaluate_new_predictions(lake, here) == ["logs/a"]
    assert_as_evaluated_at_once(lake)
    for name in TABLES:
        on_disk = {path.name for path in (lake.root / name).glob("batch-00000001-*")}
        assert on_disk <= {file.path for file in lake.files(name)}


def test_rows_of_a_batch_that_is_not_settled_wait_for_it(lake, bring, here, monkeypatch):
    bring({"a/predictions/0.parquet": sliced(900, 1)})
    with monkeypatch.context() as patched:
        patched.setattr(Lake, "append", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            bring({"a/predictions/1.parquet": sliced(700, 3)}, evaluate=False)
    assert lake.read("predictions").num_rows == 1_600
    assert evaluate_new_predictions(lake, here) == []
    assert bring({}) == ["logs/a"]
    assert_as_evaluated_at_once(lake)


def test_only_files_with_rows_or_states_of_touched_keys_are_opened(lake, bring, monkeypatch):
    bring({f"{run}/predictions/0.parquet": predictions(900, 1, 5) for run in "abc"})
    bring({"a/predictions/1.parquet": predictions(900, 2, 6)})
    opened = []
    scan, read = reading.scan_selection, StateFiles._read

    def scanned(selection):
        opened.extend(portion.file.path for portion in selection.portions)
        return scan(selection)

    def read_state(self, name, keys):
        opened.append(name)
        return read(self, name, keys)

    for module in (reading, run_task):
        monkeypatch.setattr(module, "scan_selection", scanned)
    monkeypatch.setattr(StateFiles, "_read", read_state)
    before = {file.path for file in lake.files("predictions")}
    kept = {name: {file.path for file in lake.files(name)} for name in TABLES}
    bring({"a/predictions/2.parquet": predictions(900, 3, 7)})
    new = {file.path for file in lake.files("predictions")} - before
    assert set(opened) == new
    for name in ("score_histograms", "probability_sums", "evaluations"):
        assert kept[name] <= {file.path for file in lake.files(name)}


@pytest.fixture
def _small_limits(monkeypatch):
    """A few thousand rows are many already."""
    monkeypatch.setattr(parquet, "ROWS_A_GROUP", 1_000)
    for module in (run_task, plan_tasks, merged_task):
        monkeypatch.setattr(module, "ROWS_AT_ONCE", 2_000)
    for module in (large_keys, merged_task):
        monkeypatch.setattr(module, "ROWS_A_TASK", 500)


@pytest.mark.slow
@pytest.mark.usefixtures("_small_limits")
def test_a_run_with_most_of_the_rows_is_spread_over_tasks_and_evaluated_alike(lake, bring, here):
    files = {f"big/predictions/{part}.parquet": sliced(1_500, part, 4) for part in range(6)}
    files["big/predictions/late.parquet"] = sliced(600, 9, 8)
    files["small/predictions/0.parquet"] = sliced(700, 7)
    bring(files)
    assert here.asked.count("evaluate large runs") > 1
    assert here.asked.count("refine logs/big") > 1
    assert_as_evaluated_at_once(lake)
    assert_bounds_hold(lake)


@pytest.mark.slow
@pytest.mark.usefixtures("_small_limits")
def test_a_few_rows_for_a_large_key_are_merged_with_what_is_kept(lake, bring):
    bring({f"big/predictions/{part}.parquet": sliced(1_500, part, 4) for part in range(6)})
    bring({"big/predictions/9.parquet": sliced(300, 9, 4)})
    assert_as_evaluated_at_once(lake)
    assert_bounds_hold(lake)


@pytest.mark.slow
@pytest.mark.usefixtures("_small_limits")
@pytest.mark.parametrize("scores", [None, "logit"])
def test_a_large_run_of_which_later_scores_are_no_probabilities_is_evaluated_alike(
    lake, bring, here, scores
):
    early = {f"big/predictions/{part}.parquet": sliced(1_500, part, 4) for part in range(3)}
    bring(early)
    last = sliced(600, 9, 8)
    logit = pc.multiply(last["score"], 4.0)
    late = last.set_column(last.schema.names.index("score"), "score", logit)
    bring({"big/predictions/late.parquet": late}, columns=Columns(scores=scores))
    assert here.asked.count("evaluate large runs") > 1
    kind = ScoreKind(scores or "unbounded")
    assert_as_evaluated_at_once(lake, Kept(kinds={"logs/big": kind}))
    assert_bounds_hold(lake)


def test_a_kept_state_whose_rows_are_gone_keeps_its_own_true_bounds(lake, bring, here):
    bring({"a/predictions/0.parquet": predictions(9_000, 1)})
    bring({"a/predictions/1.parquet": predictions(9_000, 2)}, evaluate=False)
    exact = exact_auc(lake, run_id="logs/a")
    lake.replace("predictions", "file_id", ["logs/a/predictions/0.parquet"], [], "test", 0)
    evaluate_new_predictions(lake, here)
    [found] = lake.read("evaluations").to_pylist()
    assert found["rows"] == 18_000
    assert found["auc_lower"] <= exact <= found["auc_upper"]
    assert found["auc_upper"] - found["auc_lower"] > found["auc_stderr"] / 100


def test_a_million_rows_with_three_positives(lake, bring, workers):
    rows = 1_000_000
    label = np.zeros(rows)
    label[[5, 70_000, 999_999]] = 1
    score = np.random.default_rng(3).random(rows)
    bring({"a/predictions/0.parquet": pa.table({"label": label, "score": score})}, workers)
    [found] = lake.read("evaluations").to_pylist()
    exact = roc_auc_score(label, score)
    assert found["auc_lower"] <= exact <= found["auc_upper"]
    assert found["auc"] == pytest.approx(exact, abs=1e-4)


def test_a_file_that_was_moved_in_a_batch_that_has_to_wait_is_evaluated_before_it(
    bring, lake, here, tmp_path
):
    bring({"a/predictions/x.parquet": predictions(500, 1)}, evaluate=False)
    write_plan(lake, "events", {})  # a batch of events that is interrupted
    (tmp_path / "logs" / "a" / "predictions" / "x.parquet").rename(
        tmp_path / "logs" / "a" / "predictions" / "y.parquet"
    )
    bring({}, evaluate=False)
    assert settled_batch(lake) == 0
    evaluate_new_predictions(lake, here)
    assert lake.read("evaluations")["rows"].to_pylist() == [500]
    finish_plan(lake, "events")
    evaluate_new_predictions(lake, here)
    assert lake.read("evaluations")["rows"].to_pylist() == [500]
    assert_as_evaluated_at_once(lake)
