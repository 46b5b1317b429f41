"""The scripts of `examples/` run, and print what they promise."""

import re
import runpy
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """The function that runs an example in an empty folder and returns what it printed."""

    def run(name):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr("sys.argv", [name])
        runpy.run_path(str(EXAMPLES / name), run_name="__main__")
        return capsys.readouterr().out

    return run


def test_a_traced_training_with_a_fault_is_diagnosed(run):
    said = run("trace_and_diagnose.py")
    assert said.startswith("error: output_loss_mismatch\n")
    assert "follows from output_loss_mismatch" in said


def test_the_bounds_enclose_the_auc_of_scikit_learn(run):
    said = run("certified_auc.py")
    chance = np.random.default_rng(1)
    y_true = chance.random(200_000) < 0.03
    exact = roc_auc_score(y_true, chance.normal(loc=1.0 * y_true))
    value, lower, upper = map(float, re.findall(r"\d\.\d+", said.splitlines()[0]))
    assert lower <= exact + 1e-6
    assert exact - 1e-6 <= upper
    assert value == pytest.approx(exact, abs=1e-4)
    assert "AUC None: one class only: no negatives" in said


def test_every_example_is_run_here():
    here = Path(__file__).read_text(encoding="utf-8")
    assert [path.name for path in EXAMPLES.glob("*.py") if f'"{path.name}"' not in here] == []
