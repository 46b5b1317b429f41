"""``insight rules``: list what is looked for, and explain one rule and its thresholds."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from textwrap import fill
from typing import Any

from insight_lib.cli.options import RULES_HELP, add_json
from insight_lib.cli.output import print_json, print_table
from insight_lib.dissection.known_rules import rule_named
from insight_lib.dissection.rule_pages import RulePage, markdown_pages, rule_page
from insight_lib.dissection.rule_settings import Changes, changed, is_enabled, read_changes
from insight_lib.dissection.rules import RULES
from insight_lib.dissection.rules.rule import Rule
from insight_lib.screen import screen_width

COLUMNS = ("rule", "highest severity", "fault type", "what it is about", "what it needs")
_OFF = "switched off"
_WIDEST = 100
"""Letters a line of a page, at most: longer lines are hard to read."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="the rule to explain")
    parser.add_argument("--config", type=Path, metavar="FILE", help=f"TOML file whose {RULES_HELP}")
    form = parser.add_mutually_exclusive_group()
    add_json(form)
    form.add_argument("--markdown", action="store_true", help="print Markdown instead of a table")


def run(arguments: argparse.Namespace) -> int:
    """Print the catalogue, or the page of one rule.

    Raises:
        InputError: there is no rule of that name, or a rule's thresholds do not fit.
    """
    changes = (None if arguments.config is None else read_changes(arguments.config)) or {}
    chosen = RULES if arguments.name is None else (rule_named(arguments.name),)
    rules = tuple(changed(rule, changes) for rule in chosen)
    if arguments.markdown:
        print(markdown_pages(rules), end="")
    elif arguments.json:
        pages = [_as_json(rule, changes) for rule in rules]
        print_json(pages if arguments.name is None else pages[0])
    elif arguments.name is None:
        _print_list(rules, changes)
    else:
        is_off = not is_enabled(rules[0], changes)
        print("\n\n".join(_paragraphs(rule_page(rules[0]), is_off=is_off)))
    return 0


def _as_json(rule: Rule[Any], changes: Changes) -> dict[str, object]:
    return asdict(rule_page(rule)) | {"enabled": is_enabled(rule, changes)}


def _print_list(rules: Sequence[Rule[Any]], changes: Changes) -> None:
    severities = [rule.severity if is_enabled(rule, changes) else _OFF for rule in rules]
    rows = [
        (rule.name, severity, rule.fault_type.value, rule.title, "; ".join(rule.needs))
        for rule, severity in zip(rules, severities, strict=True)
    ]
    print_table("", COLUMNS, rows)


def _paragraphs(page: RulePage, *, is_off: bool) -> Iterator[str]:
    """Yield the paragraphs of a page for the terminal."""
    yield _folded(f"{page.name}: {page.title} ({_OFF if is_off else f'{page.severity} at most'})")
    yield _folded(page.summary)
    yield _section("Needs", f"{'; '.join(page.needs)}.")
    yield _section("Looks for", page.looks_for)
    yield _section("Why it matters", page.why_it_matters)
    yield _section("What to do", page.what_to_do)
    yield _section("Example", page.example)
    if page.thresholds:
        yield "\n".join(["Thresholds", *_thresholds(page)])


def _section(title: str, text: str) -> str:
    return f"{title}\n{_folded(text, indent='  ')}"


def _folded(text: str, indent: str = "") -> str:
    """Return the text of a page, wrapped to the terminal's width."""
    return "\n".join(
        fill(
            line,
            _width(),
            initial_indent=indent,
            subsequent_indent=indent + "  " * line.startswith("* "),
        )
        for line in text.replace("``", "`").splitlines()
        if line
    )


def _thresholds(page: RulePage) -> Iterator[str]:
    names = max(len(one.name) for one in page.thresholds)
    for one in page.thresholds:
        value = f"  {one.name:{names}} = {one.value:<8g}"
        indent = " " * min(len(value), _width() // 2)
        yield fill(f"{value}{one.source}", _width(), subsequent_indent=indent)


def _width() -> int:
    return min(screen_width() or _WIDEST, _WIDEST)
