"""Labels as 0 and 1, and the groups that runs count with."""

import pytest

from insight_lib.errors import InputError
from insight_lib.risk.groups import experiment_of, group_of_runs
from insight_lib.risk.labels import failed_by_run


def test_failed_is_one_and_healthy_is_zero(label_rows):
    labels = label_rows({"logs/a": "failed", "logs/b": "healthy"})
    assert failed_by_run(labels) == {"logs/a": 1, "logs/b": 0}


def test_every_unknown_label_is_named_with_its_run(label_rows):
    labels = label_rows({"logs/a": "broken", "logs/b": "healthy", "logs/c": "FAILED"})
    with pytest.raises(InputError, match=r"logs/a.*'broken'.*logs/c.*'FAILED'.*insight label"):
        failed_by_run(labels)


def test_a_run_with_two_labels_that_differ_is_refused(label_rows):
    labels = label_rows({"logs/a": "failed", "logs/b": "healthy"})
    relabelled = labels.set_column(0, "run_id", [["logs/a", "logs/a"]])
    with pytest.raises(InputError, match="logs/a is labelled both"):
        failed_by_run(relabelled)


@pytest.mark.parametrize(
    ("run_id", "experiment"),
    [
        ("logs/resnet/a", "resnet"),
        ("logs/resnet/x/a", "resnet"),
        ("logs/a", "logs"),
        ("logs", "logs"),
    ],
)
def test_the_experiment_is_the_first_directory_above_the_run(run_id, experiment):
    assert experiment_of(run_id) == experiment


def test_a_run_of_unknown_program_counts_with_its_experiment():
    groups = group_of_runs(["zoo/a", "zoo/b", "logs/x/c", "logs/x/d"], {"zoo/a": "x", "zoo/b": ""})
    assert groups["zoo/a"] == "program x"
    assert groups["logs/x/c"] == groups["logs/x/d"] == "experiment x"
    assert len(set(groups.values())) == 3
