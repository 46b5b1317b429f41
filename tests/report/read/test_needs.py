"""What needs a person, with a fault that hits many told once."""

from insight_lib.report.read.needs import GROUPED_FROM, grouped, rule_title
from insight_lib.report.read.summary import read_summary


def test_many_runs_of_one_fault_are_told_as_one(lake, generated_at):
    many = [f"many{at}" for at in range(GROUPED_FROM)]
    few = [f"few{at}" for at in range(GROUPED_FROM - 1)]
    tables = lake(
        runs=[{"run_id": name} for name in (*many, *few)],
        findings=[
            *({"run_id": name, "rule": "plateau", "severity": "warning"} for name in many),
            *({"run_id": name, "rule": "dead_units", "layer": name} for name in few),
        ],
    )
    needs = grouped(read_summary(tables, generated_at).needs_you)
    assert [len(need.runs) for need in needs] == [1, 1, 1, GROUPED_FROM]
    group = needs[-1]
    assert (group.title, group.severity, group.new) == ("Plateau", "warning", 0)
    assert group.advice == ("Lower the learning rate.", GROUPED_FROM)
    assert [need.layers for need in needs] == [1, 1, 1, 0]


def test_a_rule_of_another_version_is_told_by_its_name():
    assert rule_title("gone_since_then") == "gone since then"
