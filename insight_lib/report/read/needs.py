"""Runs in need -> the list that people see first: a fault that hits many stands in it once."""

from collections.abc import Sequence

from insight_lib.dissection.rules import RULES
from insight_lib.report.records.needs import Need
from insight_lib.report.records.summary import RunInNeed

GROUPED_FROM = 4
"""Runs of one root rule that are told as one."""

_TITLES = {rule.name: rule.title for rule in RULES}


def grouped(runs: Sequence[RunInNeed]) -> tuple[Need, ...]:
    """Return the runs, those with the same root rule together where they are many.

    Args:
        runs: the worst first; a group stands where its worst run does.
    """
    by_rule: dict[str, list[RunInNeed]] = {}
    for run in runs:
        by_rule.setdefault(run.rule, []).append(run)
    found: dict[str, Need] = {}
    for run in runs:
        members = by_rule[run.rule]
        is_group = len(members) >= GROUPED_FROM
        key = f"rule {run.rule}" if is_group else f"run {run.run_id}"
        taken = tuple(members) if is_group else (run,)
        found.setdefault(key, Need(run.rule, rule_title(run.rule), taken))
    return tuple(found.values())


def rule_title(rule: str) -> str:
    """Return what a rule is about; of one that this version does not know, its name in words."""
    return _TITLES.get(rule, rule.replace("_", " "))
