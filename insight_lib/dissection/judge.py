"""The verdict on a run: what its findings and what could be judged of it amount to.

How grave a finding is also depends on how sure it is, by one policy for all rules (``graded``).

A run without a finding is healthy only if something that shows whether it learnt was judged: its
loss, a validation series, a metric or a return. Notes change no verdict.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.run.coverage import coverage, shows_learning
from insight_lib.dissection.run.view import RunView
from insight_lib.dissection.verdict import Verdict

ERROR_SURE = 0.3
"""A person stops for what was seen at both of two points (0.34), not at one of one (0.21)."""
WARNING_SURE = 0.1
"""A person looks at what was seen at three of ten points (0.11), not at two (0.06)."""


def graded(finding: Finding) -> Finding:
    """Return a finding no graver than it is sure: below ``ERROR_SURE`` an error is a warning.

    Below ``WARNING_SURE`` either is a note.
    """
    if finding.severity == "info" or finding.confidence >= ERROR_SURE:
        return finding
    return replace(finding, severity="warning" if finding.confidence >= WARNING_SURE else "info")


@dataclass(frozen=True)
class RunVerdict:
    """The verdict on a run, a row of table ``verdicts``.

    Attributes:
        run_id: the run.
        verdict: ``failing`` with an error, ``attention`` with a warning, else ``healthy`` or, where
            nothing that shows whether it learnt was judged, ``not judged``.
        judged: what was judged (loss, validation, metric, return, layers, inputs, evaluation), and
            by what.
        not_judged: what was not, why, and what to do about that.
    """

    run_id: str
    verdict: Verdict
    judged: Mapping[str, str]
    not_judged: Mapping[str, str]


def judge(view: RunView, findings: Sequence[Finding]) -> RunVerdict:
    """Return the verdict on a run.

    Args:
        view: what is known of it; of a run that wrote nothing, ``RunView.of_nothing``.
        findings: all of it.
    """
    found = coverage(view)
    return RunVerdict(view.run_id, verdict_of(view, findings), found.judged, found.not_judged)


def verdict_of(view: RunView, findings: Sequence[Finding]) -> Verdict:
    """Return the verdict of ``judge`` without its words."""
    severities = {finding.severity for finding in findings}
    if "error" in severities:
        return Verdict.FAILING
    if "warning" in severities:
        return Verdict.ATTENTION
    return Verdict.HEALTHY if shows_learning(view) else Verdict.NOT_JUDGED
