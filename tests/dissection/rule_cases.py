"""The cases of the rules, and whether a rule says of one what it expects."""

import tomllib
from pathlib import Path

CASES_DIR = Path(__file__).parent / "cases"


def read_cases(rule):
    """Return the cases of the rule of a name; none where nobody wrote any."""
    path = CASES_DIR / f"{rule}.toml"
    if not path.exists():
        return []
    return tomllib.loads(path.read_text(encoding="utf-8"))["cases"]


def said(rule, view, case):
    """Return what a rule says of a run, as far as the case expects something of it.

    A finding that is expected has its layer and severity and, where they are stated, the step since
    which it holds and words of its advice.
    """
    found = list(rule.findings(view))
    expected = case["expected"] + [{}] * max(0, len(found) - len(case["expected"]))
    return [_as_expected(one, wanted) for one, wanted in zip(found, expected, strict=False)]


def _as_expected(finding, wanted):
    stated = {name: getattr(finding, name) for name in wanted if name != "advice"}
    if "advice" in wanted:
        is_given = wanted["advice"] in finding.advice
        stated["advice"] = wanted["advice"] if is_given else finding.advice
    return {"layer": finding.layer, "severity": finding.severity} | stated
