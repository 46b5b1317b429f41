"""What a look at a run says, in words."""

from collections.abc import Iterator

from insight_lib.dissection.findings.finding import percent
from insight_lib.risk.expected_kind import kind_said
from insight_lib.risk.watching.sight import Sight

MOST_FINDINGS = 3
"""That are told; the others are less grave."""


def state_of(sight: Sight) -> str:
    """Return a run in one line: where it is, its risk and its verdict."""
    return f"{sight.run_id}{_place(sight)}: {risk_of(sight)}; {sight.verdict}"


def risk_of(sight: Sight) -> str:
    """Return the risk of a run, in words."""
    if sight.probability is None:
        return "no risk yet, nothing that it is judged by was written"
    says = "flagged" if sight.flagged else ""
    if sight.abstains:
        says = "outside of what the model knows"
    how = kind_said(sight.expected_kind, sight.probability, flagged=sight.flagged)
    return ", ".join(one for one in (f"risk {percent(sight.probability)}", says, how) if one)


def evidence_of(sight: Sight) -> Iterator[str]:
    """Yield what speaks for it: the reasons that raise the risk or lower it, and the findings."""
    for reason in sight.reasons:
        yield f"{'raises' if reason.effect > 0 else 'lowers'} the risk: {reason.sentence}"
    for finding in sight.gravest[:MOST_FINDINGS]:
        yield f"{finding.severity}: {finding.title} ({finding.rule})"


def _place(sight: Sight) -> str:
    if sight.step is None:
        return ""
    share = "" if sight.share is None else f", {percent(sight.share)} of its plan"
    return f" at step {sight.step:,}{share}"
