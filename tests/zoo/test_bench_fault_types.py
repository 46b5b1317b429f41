"""Recall and precision over fault types, as the benchmark counts them."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest
from sklearn.metrics import precision_score, recall_score
from sklearn.preprocessing import MultiLabelBinarizer

from insight_lib.fault_types import FaultType
from insight_lib.zoo import Truth
from tests.bench.fault_types import Named, fault_rows, score, type_rows

PARTS = [one for one in FaultType if one is not FaultType.OTHER]


def run(wanted, said, fault="fault", twin=""):
    return Named(Truth("run", "program", fault, (), (), tuple(wanted), twin), frozenset(said))


def drawn(count):
    rng = np.random.default_rng(0)

    def some(of):
        return [one for one in of if rng.random() < 0.2]

    return [run(some(PARTS), some(FaultType)) for _ in range(count)]


def as_table(sets):
    return MultiLabelBinarizer(classes=PARTS).fit_transform(sets)


def test_recall_and_precision_are_those_of_scikit_learn_over_all_pairs():
    runs = drawn(50)
    wanted = as_table([one.wanted for one in runs])
    named = as_table([one.said - {FaultType.OTHER} for one in runs])
    total = score(runs)
    assert total.recall == pytest.approx(recall_score(wanted, named, average="micro"))
    assert total.precision == pytest.approx(precision_score(wanted, named, average="micro"))
    rows = {row[0]: row for row in type_rows(runs)}
    recalls = recall_score(wanted, named, average=None)
    assert [rows[one.value][4] for one in PARTS] == [round(each, 2) for each in recalls]


def test_other_is_neither_a_hit_nor_a_wrong_prediction():
    total = score([run([FaultType.LOSS], [FaultType.OTHER]), run([], [FaultType.OTHER])])
    assert (total.wanted, total.predicted, total.hits) == (1, 0, 0)
    assert (total.recall, total.precision) == (0, None)


def test_a_part_named_of_a_healthy_run_is_wrong():
    total = score([run([FaultType.LOSS], [FaultType.LOSS]), run([], [FaultType.EPOCH])])
    assert (total.recall, total.precision) == (1, 0.5)


def test_types_that_are_read_from_a_file_are_those_of_the_findings():
    assert score([run(["loss"], [FaultType.LOSS])]).hits == 1


def test_a_twin_has_a_row_apart_from_the_programs_as_they_are():
    runs = [run([], [], "healthy"), run([], [FaultType.EPOCH], "healthy", "twin")]
    assert [(row[0], row[1], row[5]) for row in fault_rows(runs)] == [
        ("healthy", 1, "-"),
        ("twin", 1, "epoch 1"),
    ]
