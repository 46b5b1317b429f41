"""Run the catalogue over runs, and write what it found as rows of ``findings`` and ``verdicts``."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pyarrow as pa

from insight_lib.dissection.findings.causes import link
from insight_lib.dissection.findings.contradictions import without_contradictions
from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.findings.history import HISTORY
from insight_lib.dissection.findings.severity import SEVERITIES
from insight_lib.dissection.judge import RunVerdict, graded, judge
from insight_lib.dissection.rules import RULES
from insight_lib.dissection.rules.rule import Rule
from insight_lib.dissection.run.view import RunView
from insight_lib.lake.contract import contract
from insight_lib.strict_json import strict_json

MOST_LAYERS = 8
"""Findings of one rule on one run; nobody reads a list of ten thousand layers."""


def dissect(views: Iterable[RunView], rules: Sequence[Rule[Any]] = RULES) -> list[Finding]:
    """Apply the rules to every run; the findings of a run are linked and ranked (``causes``).

    What was trained before in the same folder is judged first, each training by itself.
    """
    return [finding for view in views for finding in _of_run(view, rules)]


def dissect_and_judge(
    views: Iterable[RunView], run_ids: Iterable[str], rules: Sequence[Rule[Any]] = RULES
) -> tuple[list[Finding], list[RunVerdict]]:
    """Return the findings as ``dissect`` does, and the verdict on every run, by rising ``run_id``.

    Args:
        views: the runs that have something to look at.
        run_ids: all runs: those without a view are judged as runs that wrote nothing.
        rules: the catalogue.
    """
    findings: list[Finding] = []
    verdicts = {run_id: judge(RunView.of_nothing(run_id), ()) for run_id in run_ids}
    for view in views:
        found = _of_run(view, rules)
        findings += found
        verdicts[view.run_id] = judge(view, found)
    return findings, [verdicts[run_id] for run_id in sorted(verdicts)]


def _of_run(view: RunView, rules: Sequence[Rule[Any]]) -> list[Finding]:
    return _judge(_with_judged_earlier(view, rules), rules)


def _with_judged_earlier(view: RunView, rules: Sequence[Rule[Any]]) -> RunView:
    if not view.earlier:
        return view
    judged = (replace(one, found=tuple(_judge(one, rules))) for one in view.earlier)
    return replace(view, earlier=tuple(judged))


def _judge(view: RunView, rules: Sequence[Rule[Any]]) -> list[Finding]:
    return link(unlinked_findings(view, rules))


def unlinked_findings(view: RunView, rules: Sequence[Rule[Any]]) -> list[Finding]:
    """Return the findings of a run as ``dissect`` does, but neither linked nor ranked.

    What was trained before in the same folder is not judged.
    """
    found = [graded(finding) for rule in rules for finding in _of_rule(rule, view)]
    return without_contradictions(found)


def _of_rule(rule: Rule[Any], view: RunView) -> list[Finding]:
    """Return a rule's findings; for very many layers the worst, and how many more there are."""
    found = list(rule.findings(view))
    if len(found) <= MOST_LAYERS:
        return found
    worst = sorted(found, key=lambda finding: -SEVERITIES.index(finding.severity))[:MOST_LAYERS]
    more = len(found) - MOST_LAYERS
    first = replace(
        worst[0],
        title=f"{worst[0].title}; {more} more layers are affected in the same way",
        evidence={**worst[0].evidence, "more_layers": more},
    )
    return [first, *worst[1:]]


def findings_table(findings: Sequence[Finding]) -> pa.Table:
    """Return the findings as rows of the ``findings`` table without a history, in their order."""
    schema = contract("findings").schema
    rows = [
        {name: getattr(finding, name) for name in schema.names if name not in HISTORY}
        | {"evidence": evidence_json(finding), "remedy": remedy_json(finding)}
        for finding in findings
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def verdicts_table(verdicts: Sequence[RunVerdict], judged_at: datetime) -> pa.Table:
    """Return the verdicts as rows of the ``verdicts`` table, in their order."""
    rows = [
        {
            "run_id": one.run_id,
            "verdict": one.verdict.value,
            "judged": list(one.judged.items()),
            "not_judged": list(one.not_judged.items()),
            "judged_at": judged_at,
        }
        for one in verdicts
    ]
    return pa.Table.from_pylist(rows, schema=contract("verdicts").schema)


def evidence_json(finding: Finding) -> str:
    """Return the evidence as strict JSON: NaN and infinities, which JSON lacks, become strings."""
    return json.dumps(strict_json(dict(finding.evidence)), allow_nan=False, ensure_ascii=False)


def remedy_json(finding: Finding) -> str | None:
    """Return the remedy as JSON; None where there is none."""
    change = finding.remedy
    return None if change is None else json.dumps(strict_json(dict(change)), allow_nan=False)
