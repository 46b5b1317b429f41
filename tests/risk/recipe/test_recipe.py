"""From trainings to the learning table."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # noqa: F401  (the file trains)
import pyarrow.compute as pc
import pytest

from insight_lib.errors import InputError
from insight_lib.risk.recipe.program_score import measure_of
from insight_lib.risk.recipe.table import learning_rows
from insight_lib.risk.recipe.zoo import read_zoo
from insight_lib.risk.training.learning_table import FEATURE_PREFIX
from insight_lib.series.role import Role
from insight_lib.zoo import ZooRun, train_runs
from insight_lib.zoo.faults import HEALTHY

RUNS = [ZooRun(index, "breast_cancer_mlp", HEALTHY, seed=index) for index in range(5)]
NAN = ZooRun(5, "breast_cancer_mlp", "non_finite_inputs", seed=5)


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wide")
    train_runs(folder, [*RUNS, NAN])
    return learning_rows(*read_zoo(folder))


def test_each_run_is_looked_at_three_times_and_at_its_end(rows):
    assert rows["run"].value_counts().field("counts").to_pylist() == [4] * 6
    assert rows["share"].to_pylist()[:4] == [0.1, 0.25, 0.5, 1.0]
    assert set(rows["family"].to_pylist()) == {"tabular_mlp"}


def test_only_the_spoiled_run_failed(rows):
    failed = rows.filter(rows["failed"])
    assert set(failed["run"].to_pylist()) == {"run-0005"}
    assert set(failed["kind"].to_pylist()) == {"non_finite"}


def test_it_had_failed_once_its_loss_was_no_number(rows):
    spoiled = rows.filter(pc.equal(rows["run"], "run-0005"))
    assert spoiled["has_failed"].to_pylist()[-1]
    assert spoiled["failed_share"].to_pylist()[0] < 0.5


def test_features_are_known(rows):
    assert len([name for name in rows.column_names if name.startswith(FEATURE_PREFIX)]) > 100


def test_a_folder_without_runs_is_named(tmp_path):
    with pytest.raises(InputError, match="holds no finished run"):
        read_zoo(tmp_path)


@pytest.mark.parametrize(
    ("program", "role", "chance"),
    [
        ("iris_mlp", Role.ACCURACY, pytest.approx(0.35, abs=0.1)),
        ("click_embedding", Role.AUC, 0.5),
        ("friedman_regression", Role.REGRESSION_ERROR, pytest.approx(-0.8, abs=0.1)),
        ("topic_labels", Role.ACCURACY, pytest.approx(0.6, abs=0.1)),
    ],
)
def test_a_program_is_scored_by_what_no_fault_changes(program, role, chance):
    measure = measure_of(program)
    assert (measure.role, measure.chance) == (role, chance)
