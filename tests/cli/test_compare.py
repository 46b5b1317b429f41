"""``insight compare`` on a real lake."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import roc_auc_score

from insight_lib.cli.main import main
from insight_lib.events.runs.stage import RUNS
from insight_lib.lake.run_stage import run_stage
from insight_lib.lake.tables import open_lake
from insight_lib.predictions.ingest.stage import ingest_predictions
from tests.in_process import InProcess

IDS = [f"user-{row}" for row in range(300)]
LABELS = np.arange(300) % 3 == 0


def _scores(run, step):
    rng = np.random.default_rng([step, *run.encode()])
    return rng.normal(LABELS * (1.0 if run == "a" else 0.5), 1.0)


def _write(root, run, step, rows=slice(None), **changed):
    columns = {
        "example_id": IDS,
        "label": LABELS.astype(int),
        "score": _scores(run, step),
        "step": [step] * 300,
        "split": ["validation"] * 300,
        "weight": [1.0] * 300,
    } | changed
    folder = root / run / "predictions"
    folder.mkdir(parents=True, exist_ok=True)
    table = pa.table({name: list(values)[rows] for name, values in columns.items()})
    pq.write_table(table, folder / f"{step}-{changed.get('split', ['v'])[0]}.parquet")


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """Runs a and b of two common steps, and others that cannot be compared with a."""
    folder = tmp_path_factory.mktemp("compare")
    root = folder / "logs"
    _write(root, "a", 1)
    _write(root, "a", 2, slice(0, 290))
    _write(root, "a", 2, split=["test"] * 300)
    _write(root, "a", 9)
    _write(root, "b", 1)
    _write(root, "b", 2, slice(20, None))
    _write(root, "b", 2, split=["test"] * 300)
    _write(root, "later", 7)
    _write(root, "strangers", 1, example_id=[f"other-{row}" for row in range(300)])
    _write(root, "twice", 1, example_id=["user-0", *IDS[:-1]])
    _write(root, "labels", 1, label=1 - LABELS.astype(int))
    _write(root, "weights", 1, weight=[2.0, *[1.0] * 299])
    _write(root, "one_class", 1, slice(0, 300, 3))
    lake = open_lake(folder / "lake", create=True)
    ingest_predictions(lake, InProcess(), [root])
    run_stage(lake, InProcess(), RUNS)
    return lake.root


def _compare(lake, *arguments):
    return main(["compare", "--lake", str(lake), *arguments])


def _as_json(lake, capsys, *arguments):
    assert _compare(lake, *arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_by_default_it_is_the_last_common_step_and_validation(lake, capsys):
    found = _as_json(lake, capsys, "logs/a", "logs/b")
    assert (found["step"], found["split"], found["examples"]) == (2, "validation", 270)
    assert (found["only_a"], found["only_b"]) == (20, 10)
    common = slice(20, 290)
    for run, name in (("a", "auc_a"), ("b", "auc_b")):
        auc = roc_auc_score(LABELS[common], _scores(run, 2)[common])
        assert found[name] == pytest.approx(auc, abs=1e-12)
    assert found["positives"] == LABELS[common].sum()
    assert found["difference"] == found["auc_a"] - found["auc_b"]
    assert found["ci_lower"] < found["difference"] < found["ci_upper"]
    assert 0 < found["p"] < 1


def test_step_and_split_can_be_named(lake, capsys):
    found = _as_json(lake, capsys, "logs/a", "logs/b", "--step", "1")
    assert (found["step"], found["split"], found["examples"]) == (1, "validation", 300)
    found = _as_json(lake, capsys, "logs/a", "logs/b", "--split", "test")
    assert (found["step"], found["split"], found["examples"]) == (2, "test", 300)


def test_people_read_a_table_and_a_sentence(lake, capsys):
    assert _compare(lake, "logs/a", "logs/b") == 0
    printed = capsys.readouterr().out
    assert "270 common examples (90 of label 1) at step 2 of split validation" in printed
    assert "logs/b" in printed
    assert "standard error" in printed.splitlines()[-1]
    assert "(DeLong)" in printed.splitlines()[-1]


def test_a_run_does_not_differ_from_itself(lake, capsys):
    assert _compare(lake, "logs/a", "logs/a") == 0
    assert "A - B: +0.000000" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("other", "options", "said"),
    [
        ("logs/nobody", [], ["the lake has no run logs/nobody", "`insight runs` lists"]),
        ("logs/later", [], ["at no common step and split", "last at step 7", "--step"]),
        ("logs/b", ["--step", "9"], ["no common step and split with step 9"]),
        ("logs/b", ["--split", "train"], ["no common step and split with split train"]),
        ("logs/strangers", [], ["no example_id in common", "write the same example_id"]),
        ("logs/twice", [], ["1 example_ids occur more than once in run logs/twice", "user-0"]),
        ("logs/labels", [], ["300 of 300 common examples", "another label in run logs/labels"]),
        ("logs/weights", [], ["1 of 300 common examples, such as user-0", "another weight"]),
    ],
)
def test_what_cannot_be_compared_is_one_line_with_the_remedy(lake, capsys, other, options, said):
    assert _compare(lake, "logs/a", other, *options) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert all(part in error for part in said)


def test_a_single_common_class_is_reported(lake, capsys):
    assert _compare(lake, "logs/a", "logs/one_class") == 0
    assert "no AUC: one class only: no negatives" in capsys.readouterr().out
