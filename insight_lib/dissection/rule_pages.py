"""The page of a rule: its documentation with the thresholds in force, their sources, an example.

A rule's module docstring is the source of its page. It names thresholds in braces: ``{min_steps}``
is written as a number, ``{step_share:%}`` as per cent.
"""

import re
from dataclasses import dataclass, fields
from typing import Any

from insight_lib.dissection.findings.finding import percent
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.judge import ERROR_SURE, WARNING_SURE
from insight_lib.dissection.rules.rule import LEAST, SOURCE, Rule
from insight_lib.fault_types import FaultType

SECTIONS = ("Looks for", "Why it matters", "What to do")


@dataclass(frozen=True)
class ThresholdInForce:
    """A threshold of a rule.

    Attributes:
        name: by which a settings file calls it.
        value: in force.
        least: below which a settings file may not set it.
        source: where the usual value comes from.
    """

    name: str
    value: int | float
    least: int | float
    source: str


@dataclass(frozen=True)
class RulePage:
    """What a user may want to know of a rule.

    Attributes:
        name: of the rule.
        title: what it is about, a few words.
        severity: the highest that it reports.
        fault_type: what has to change where it fires.
        needs: without which it says nothing.
        summary: what is wrong where it fires, one sentence.
        looks_for: the condition, with the thresholds in force.
        why_it_matters: the consequence, and how severe it is when.
        what_to_do: the remedy.
        thresholds: those in force.
        example: a sentence that it says of a run, by its usual thresholds.
    """

    name: str
    title: str
    severity: Severity
    fault_type: FaultType
    needs: tuple[str, ...]
    summary: str
    looks_for: str
    why_it_matters: str
    what_to_do: str
    thresholds: tuple[ThresholdInForce, ...]
    example: str


def rule_page(rule: Rule[Any]) -> RulePage:
    """Return the page of a rule, by the thresholds that the rule has."""
    in_force = tuple(
        ThresholdInForce(
            one.name,
            getattr(rule.thresholds, one.name),
            one.metadata[LEAST],
            one.metadata[SOURCE],
        )
        for one in fields(rule.thresholds)
    )
    text = rule.documentation.format_map({one.name: _Written(one.value) for one in in_force})
    summary, looks_for, why_it_matters, what_to_do = _sections(text)
    return RulePage(
        rule.name,
        rule.title,
        rule.severity,
        rule.fault_type,
        rule.needs,
        summary,
        looks_for,
        why_it_matters,
        what_to_do,
        in_force,
        rule.example,
    )


def _sections(text: str) -> list[str]:
    """Return the summary and the text of each of ``SECTIONS``, a line per paragraph or point."""
    found = []
    for title in SECTIONS:
        before, _, text = text.partition(f"**{title}**")
        found.append(before)
    return [_LINE_BREAK.sub(" ", one.removeprefix(",").strip()) for one in (*found, text)]


# One that is neither the end of a paragraph nor before the point of a list.
_LINE_BREAK = re.compile(r"(?<!\n) *\n *(?!\n|\* )")


class _Written:
    """A threshold as people write it; ``%`` asks for per cent."""

    def __init__(self, value: float) -> None:
        self._value = value

    def __format__(self, how: str) -> str:
        return f"{written(self._value * 100)} %" if how == "%" else written(self._value)


def written(value: float) -> str:
    """Write a threshold: whole numbers in full, others by three digits, small ones as a power.

    >>> written(1800.0), written(0.25), written(1e-5), written(1 / 3 * 100)
    ('1,800', '0.25', '1e-5', '33.3')
    """
    if float(value).is_integer() and abs(value) < 1e9:
        return f"{value:,.0f}"
    digits, power, exponent = f"{value:.3g}".partition("e")
    return f"{digits}{power}{int(exponent)}" if power else digits


def markdown_pages(rules: tuple[Rule[Any], ...]) -> str:
    """Return one Markdown document of the pages of rules, in their order."""
    pages = [rule_page(rule) for rule in rules]
    rows = [
        f"| [`{one.name}`](#{one.name}) | {one.severity} | {one.fault_type} | {one.title} |"
        f" {'; '.join(one.needs)} |"
        for one in pages
    ]
    parts = [_HEAD, "\n".join([*_TABLE_HEAD, *rows]), *map(_markdown, pages)]
    return "\n\n".join(parts) + "\n"


_HEAD = f"""\
# Rules

<!-- Written by `make docs` from the docstrings in insight_lib; edit those. -->

What `insight diagnose` and the nightly pipeline look for, causes before symptoms. `insight rules
NAME` shows a page by the thresholds of a settings file (`--config`), in which a section
`[rules.NAME]` sets thresholds by the names below, and `enabled = false` switches a rule off.

A rule's severity is its highest. What is less than {percent(ERROR_SURE)} sure is
no error but a warning, and what is less than {percent(WARNING_SURE)} sure is a note.

Thresholds come from published tools (AutoTrainer, DeepDiagnosis, TheDeepChecker, SageMaker
Debugger, UMLAUT, DL4J), changed where these call healthy runs faulty, and from the zoo: the models,
healthy and with injected faults, that `insight zoo` trains.

A finding carries the fault type of its rule, the part of the training that has to change, unless it
knows better, and, where the parameter and its new value are known, the `remedy`: `layer` ('' is the
run), `parameter`, `from` (null where not known) and `to`. `insight diagnose --json` and table
`findings` have both. A finding that follows from another (`caused_by`) carries the fault type and
the remedy of the root, the first of that chain, and its advice says what to fix there first; where
the root's fault type is `other`, they are those of the next finding of the chain that names a part,
at last its own."""
_TABLE_HEAD = ("| rule | highest severity | fault type | | needs |", "|---|---|---|---|---|")


def _paragraph(title: str, text: str) -> str:
    gap = "\n\n" if text.startswith("* ") else " "
    return f"**{title}**{gap}{text}"


def _markdown(page: RulePage) -> str:
    parts = [
        f"## {page.name}",
        f"*{page.title}; {page.severity} at most; fault type `{page.fault_type}`.* {page.summary}",
        f"**Needs** {'; '.join(page.needs)}.",
        _paragraph("Looks for", page.looks_for),
        _paragraph("Why it matters", page.why_it_matters),
        _paragraph("What to do", page.what_to_do),
        f"**Example** {page.example}",
    ]
    if page.thresholds:
        rows = [f"| `{one.name}` | {one.value:g} | {one.source} |" for one in page.thresholds]
        parts.append("\n".join(["| threshold | value | source |", "|---|---|---|", *rows]))
    return "\n\n".join(parts)
